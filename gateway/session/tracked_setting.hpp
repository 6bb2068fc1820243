#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/backend_messages.hpp"

namespace gateway::session {

/// A setting of which the back end has another value than the client: its search_path (the back end's is
/// sql::backend_search_path) and for whom it asks. The gateway follows it through SET, SET LOCAL, RESET,
/// transactions and savepoints, as PostgreSQL would (docs, SET: effects end with the transaction).
class TrackedSetting {
public:
    TrackedSetting(std::string_view name, std::vector<std::string> at_start);

    [[nodiscard]] const std::vector<std::string>& values() const {
        return now_.local ? *now_.local : now_.session;
    }
    /// Grows with every change.
    [[nodiscard]] std::uint64_t version() const { return version_; }

    /// Another value may be in force when the statement, the next one that is run, has ended.
    [[nodiscard]] bool may_be_changed_by(const enforcement::StatementPlan& statement) const;

    /// A statement succeeded; `tag` is the server's (COMMIT of a failed transaction says ROLLBACK).
    void on_completed(const enforcement::StatementPlan& statement, std::string_view tag);
    void on_failed() { failed_ = true; }
    void on_ready(wire::TransactionStatus status);

private:
    struct Value {
        std::vector<std::string> session;
        std::optional<std::vector<std::string>> local;  // until the transaction ends
        bool operator==(const Value&) const = default;
    };
    void become(Value value);
    void commit();
    void set(const sql::SettingUse& setting, sql::StatementKind kind);

    std::string_view name_;
    std::vector<std::string> at_start_;
    Value now_;
    Value before_;  // what a rollback goes back to
    std::uint64_t before_version_ = 0;
    std::vector<std::pair<std::string, Value>> savepoints_;
    bool failed_ = false;
    std::uint64_t version_ = 0;
};

}  // namespace gateway::session
