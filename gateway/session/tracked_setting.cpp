#include "gateway/session/tracked_setting.hpp"

#include <algorithm>

namespace gateway::session {
namespace {

/// DISCARD ALL: no other DISCARD names cursors.
bool resets_session(const enforcement::StatementPlan& statement) {
    return statement.kind == sql::StatementKind::discard && statement.cursor;
}

}  // namespace

TrackedSetting::TrackedSetting(std::string_view name, std::vector<std::string> at_start)
    : name_(name),
      at_start_(std::move(at_start)),
      now_{.session = at_start_, .local = std::nullopt},
      before_(now_) {}

void TrackedSetting::become(Value value) {
    if (value == now_) return;
    now_ = std::move(value);
    ++version_;
}

void TrackedSetting::commit() {
    if (now_.local) become({.session = now_.session, .local = std::nullopt});
    savepoints_.clear();
    if (before_version_ == version_) return;  // nearly every transaction
    before_ = now_;
    before_version_ = version_;
}

void TrackedSetting::set(const sql::SettingUse& setting, sql::StatementKind kind) {
    const bool all = setting.name == "all";
    if (setting.name != name_ && !all) return;
    if (kind == sql::StatementKind::set && setting.values.empty() && setting.local) {
        become({.session = now_.session, .local = at_start_});
        return;
    }
    if (kind == sql::StatementKind::reset || setting.values.empty()) {
        become({.session = at_start_, .local = std::nullopt});
        return;
    }
    if (all) return;
    if (setting.local) {
        become({.session = now_.session, .local = setting.values});
    } else {
        become({.session = setting.values, .local = std::nullopt});
    }
}

void TrackedSetting::on_completed(const enforcement::StatementPlan& statement, std::string_view tag) {
    using sql::StatementKind;
    const auto savepoint = [&] {
        return std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                            [&](const auto& named) { return named.first == statement.savepoint; });
    };
    if (tag == "ROLLBACK" && statement.kind != StatementKind::rollback_to_savepoint) {
        become(before_);
        savepoints_.clear();
        failed_ = false;
        return;
    }
    if (statement.kind == StatementKind::commit) {
        commit();
    } else if (statement.kind == StatementKind::savepoint && statement.savepoint) {
        savepoints_.emplace_back(*statement.savepoint, now_);
    } else if (statement.kind == StatementKind::rollback_to_savepoint) {
        if (const auto found = savepoint(); found != savepoints_.rend()) {
            become(found->second);
            savepoints_.erase(found.base(), savepoints_.end());  // the savepoint itself stays
            failed_ = false;
        }
    } else if (statement.kind == StatementKind::release_savepoint) {
        if (const auto found = savepoint(); found != savepoints_.rend())
            savepoints_.erase(std::prev(found.base()), savepoints_.end());
    } else if (resets_session(statement)) {
        // It is no part of a transaction that could be taken back.
        become({.session = at_start_, .local = std::nullopt});
        commit();
    } else if (statement.setting &&
               (statement.kind == StatementKind::set || statement.kind == StatementKind::select ||
                statement.kind == StatementKind::reset)) {
        set(*statement.setting, statement.kind);
    }
}

bool TrackedSetting::may_be_changed_by(const enforcement::StatementPlan& statement) const {
    using sql::StatementKind;
    switch (statement.kind) {
        case StatementKind::set:
        case StatementKind::reset:
        case StatementKind::select:
            return statement.setting &&
                   (statement.setting->name == name_ || statement.setting->name == "all");
        case StatementKind::discard: return resets_session(statement);
        case StatementKind::commit:
        case StatementKind::rollback: return now_ != before_;
        case StatementKind::rollback_to_savepoint:
            return std::ranges::any_of(savepoints_, [&](const auto& named) { return named.second != now_; });
        default: return false;
    }
}

void TrackedSetting::on_ready(wire::TransactionStatus status) {
    if (status != wire::TransactionStatus::idle) return;
    if (failed_) {
        become(before_);
        savepoints_.clear();
        failed_ = false;
    } else {
        commit();
    }
}

}  // namespace gateway::session
