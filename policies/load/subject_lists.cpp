#include "policies/load/sections.hpp"
#include "policies/load/values.hpp"

namespace policies::load {

void read_subject_list(const Entry& section, SubjectLists& list, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(section.value, findings, section.key)) {
        policy.detectors.listed_kinds.emplace(entry.key, findings.rule(entry.at));
        auto& keys = list[entry.key];
        read_words(entry.value, findings, section.key + " of " + entry.key,
                   [&](const std::string& key, Position) { keys.insert(key); });
        if (entry.value.kind == Node::Kind::list && entry.value.items.empty())
            findings.add(entry.value.at,
                         "there are no " + section.key + " of " + entry.key + "; list keys: [4711, 4712]");
    }
}

}  // namespace policies::load
