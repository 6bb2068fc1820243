#include <cstdio>

#include "monitoring/build_information.hpp"

int main() { std::printf("tabir %s\n", monitoring::version().data()); }
