// Prints what /metrics shows of a gateway that has loaded a policy and served nobody yet.
#include <cstdio>

#include "monitoring/metrics.hpp"

int main() {
    monitoring::Metrics metrics;
    metrics.know({.roles = {"support"}, .subjects = {"customer"}, .databases = {"payments"}});
    metrics.policy_in_force("payments.yaml", "0123456789abcdef");
    metrics.shared_budgets_available(true);
    metrics.ready(true);
    std::fputs(metrics.serialize().c_str(), stdout);
}
