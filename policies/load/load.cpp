#include "policies/load.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <fstream>

#include "policies/load/sections.hpp"
#include "policies/load/values.hpp"
#include "policies/load/yaml_document.hpp"

namespace policies {
namespace {

/// SHA-256 in lower-case hexadecimal.
std::string hash_of(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 0xFU];
    }
    return hex;
}

void read_sections(const load::Node& root, PolicySet& policy, load::Findings& findings) {
    const load::FixedMap map(root, findings, "a policy",
                             {"version", "databases", "classes", "tables", "defaults", "roles", "users",
                              "teams", "detectors", "canaries", "watched"});
    if (root.kind != load::Node::Kind::map) return;
    const auto need = [&](const char* key, const char* example) -> const load::Node* {
        const load::Entry* entry = map.find(key);
        if (entry != nullptr) return &entry->value;
        findings.add(root.at, '\'' + std::string(key) + "' is missing; write '" + example + '\'');
        return nullptr;
    };
    if (const auto* version = need("version", "version: 1")) load::read_version(*version, findings);
    if (const auto* names = need("databases", "databases: [payments]"))
        load::read_databases(*names, policy, findings);
    // In the order in which later sections refer to earlier ones, whatever their order in the file.
    if (const auto* defaults = map.find("defaults")) load::read_defaults(defaults->value, policy, findings);
    if (const auto* classes = map.find("classes")) load::read_classes(classes->value, policy, findings);
    if (const auto* tables = map.find("tables")) load::read_tables(tables->value, policy, findings);
    if (const auto* roles = need("roles", "roles: { dba: { unrestricted: true } }")) {
        load::read_roles(*roles, policy, findings);
    }
    if (const auto* users = map.find("users")) load::read_users(users->value, policy, findings);
    if (const auto* teams = map.find("teams")) load::read_teams(teams->value, policy, findings);
    if (const auto* detectors = map.find("detectors"))
        load::read_detectors(detectors->value, policy, findings);
    auto& lists = policy.detectors;
    if (const auto* canaries = map.find("canaries"))
        load::read_subject_list(*canaries, lists.canaries, policy, findings);
    if (const auto* watched = map.find("watched"))
        load::read_subject_list(*watched, lists.watched, policy, findings);
    load::count_kinds(policy);
    load::cross_check(policy, findings);
}

}  // namespace

LoadedPolicy load_text(std::string_view text, const std::string& file) {
    load::Findings findings(file);
    const auto root = load::read_document(text, findings);
    if (!root) return findings.take();
    auto policy = std::make_shared<PolicySet>();
    policy->file = file;
    read_sections(*root, *policy, findings);
    if (!findings.empty()) return findings.take();
    policy->version = hash_of(text);
    return policy;
}

LoadedPolicy load_file(const std::string& path) {
    const auto failed = [&](const std::string& why) {
        return Mistakes{
            {path, 1, 1, "the policy file cannot be read: " + why + "; check its name and permissions"}};
    };
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return failed(std::strerror(errno));
    // One byte more than is allowed shows that a file is too large, however large it is.
    std::string text(load::max_file_bytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad() || (stream.fail() && !stream.eof())) return failed(std::strerror(errno));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return load_text(text, path);
}

}  // namespace policies
