#include "gateway/cli/run.hpp"
#include "gateway/process.hpp"

int main(int count, char** words) { return gateway::cli::run(count, words, &gateway::run_process); }
