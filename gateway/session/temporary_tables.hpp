#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/backend_messages.hpp"

namespace gateway::session {

/// The temporary tables that a session has made. What a statement did to them (columns, transactions,
/// savepoints, ON COMMIT DROP) only the database knows: so the list is stale from when a statement that can
/// change it is sent, and is read anew from the session's own back end before anything is decided.
class TemporaryTables {
public:
    /// nullptr: none was made yet.
    [[nodiscard]] const std::shared_ptr<const enforcement::TemporaryTables>& now() const { return now_; }
    /// Values of protected relations went, or may have gone, into one of them since there were none: what was
    /// dropped may come back with a savepoint.
    [[nodiscard]] bool holds_values() const { return holds_values_; }
    /// Grows with every change.
    [[nodiscard]] std::uint64_t version() const { return version_; }
    [[nodiscard]] bool stale() const { return stale_; }

    /// True: what is decided next must wait until the statement has been answered.
    [[nodiscard]] bool on_sent(const enforcement::StatementPlan& statement, const std::string& circumstances);
    void on_ready(wire::TransactionStatus status);

    /// What the back end is asked, whose rows take() takes.
    [[nodiscard]] static std::string_view query();
    void begin_reading();
    /// False: a row that cannot be read.
    [[nodiscard]] bool take(const wire::DataRow& row);
    void end_reading();

private:
    void become(std::vector<sql::Relation> relations);

    std::shared_ptr<const enforcement::TemporaryTables> now_;
    std::uint64_t version_ = 0;
    bool stale_ = false;
    bool changed_ = false;   // in the transaction under way
    bool had_some_ = false;  // in the transaction under way, whatever was dropped since
    bool holds_values_ = false;
    std::string made_under_;
    std::vector<sql::Relation> read_;  // so far
    std::string read_bytes_;
    std::string now_bytes_;  // that the list was read from
};

}  // namespace gateway::session
