#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/backend/catalog_store.hpp"
#include "gateway/config/config.hpp"

/// Policy files in a temporary folder, and databases whose catalogs the test changes as DDL would.
namespace gateway::enforcement::testing {

inline constexpr std::string_view payments_policy = R"(version: 1
databases: [payments]
classes:
  phone: { mask: redact }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, phone: phone }
roles:
  support: { tables: [public.customers], budget: { customer: 30 per hour } }
  dba: { unrestricted: true }
users:
  agent7: { role: support }
  admin: { role: dba }
  crm: { role: support, acts_for: required }
)";

inline constexpr std::string_view reports_policy = R"(version: 1
databases: [reports]
tables:
  public.figures: open
roles:
  reader: { tables: [public.figures] }
users:
  agent7: { role: reader }
)";

/// public.customers(id, <phone_column>) or public.figures(id).
inline std::shared_ptr<const sql::Catalog> catalog_with(const std::string& table,
                                                        const std::vector<std::string>& columns) {
    sql::Catalog catalog;
    catalog.add(sql::Type{.oid = 25, .schema = "pg_catalog", .name = "text", .category = 'S'});
    sql::Relation relation{.oid = 1000, .schema = "public", .name = table};
    for (const std::string& name : columns) {
        relation.columns.push_back({.number = static_cast<sql::AttributeNumber>(relation.columns.size() + 1),
                                    .name = name,
                                    .type = 25});
    }
    catalog.add(std::move(relation));
    return std::make_shared<const sql::Catalog>(std::move(catalog));
}

/// What the databases' catalogs hold at present; a database without one does not answer.
class FakeDatabases {
public:
    void set(const std::string& database, std::shared_ptr<const sql::Catalog> catalog) {
        const std::scoped_lock lock(mutex_);
        catalogs_[database] = {std::move(catalog), std::to_string(++version_), {}};
    }
    void take_down(const std::string& database) {
        const std::scoped_lock lock(mutex_);
        catalogs_.erase(database);
    }
    [[nodiscard]] backend::CatalogReader reader() {
        return [this](const config::DatabaseAddress& address) -> backend::CatalogRead {
            const std::scoped_lock lock(mutex_);
            const auto found = catalogs_.find(address.database);
            if (found == catalogs_.end()) return backend::CatalogError{"connection refused"};
            return found->second;
        };
    }

private:
    std::mutex mutex_;
    int version_ = 0;
    std::map<std::string, backend::CatalogSnapshot> catalogs_;
};

class PolicyFolder {
public:
    PolicyFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir_policies_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
        config_.servers["main"] = {.name = "main", .endpoint = {.host = "db", .port = 5432}};
        config_.databases["*"] = {.server = "main", .database = {}};
        config_.catalog_refresh = std::chrono::hours(1);
    }
    ~PolicyFolder() { std::filesystem::remove_all(path_); }
    PolicyFolder(const PolicyFolder&) = delete;
    PolicyFolder& operator=(const PolicyFolder&) = delete;

    void write(const std::string& name, std::string_view policy) {
        const std::string path = path_ / name;
        std::ofstream(path, std::ios::binary) << policy;
        auto& files = config_.policy_files;
        if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(path);
    }
    [[nodiscard]] config::Config& config() { return config_; }

private:
    std::filesystem::path path_;
    config::Config config_;
};

}  // namespace gateway::enforcement::testing
