// For whom a session asks: its person by start-up option or SET, or whom a statement's comment names.

#include "gateway/enforcement/budget_answer.hpp"
#include "gateway/enforcement/quoting.hpp"
#include "gateway/enforcement/refusals.hpp"
#include "gateway/session/restricted_session.hpp"

namespace gateway::session {
namespace {

using policies::ActsFor;

std::string set_person(const std::string& person, bool local) {
    return std::string(local ? "SET LOCAL" : "SET") + " \"tabir\".\"user\" TO " +
           enforcement::constant(person);
}

std::string set_to_default(bool local) {
    return std::string(local ? "SET LOCAL" : "SET") + " \"tabir\".\"user\" TO DEFAULT";
}

bool names_person(const enforcement::MessagePlan& message) {
    return !message.statements.empty() && message.statements.back().names_person;
}

Asker asker_of(const std::vector<std::string>& tracked) {
    Asker asker;
    if (!tracked.empty()) asker.person = tracked[0];
    if (tracked.size() > 1) asker.until = TimePoint(TimePoint::duration(std::stoll(tracked[1])));
    return asker;
}

}  // namespace

std::vector<std::string> tracked(const Asker& asker) {
    std::vector<std::string> values{asker.person};
    if (asker.until) values.push_back(std::to_string(asker.until->time_since_epoch().count()));
    return values;
}

const std::shared_ptr<Reader>& RestrictedSession::session_reader() {
    if (session_reader_ && session_reader_version_ == person_.version()) return session_reader_;
    session_reader_version_ = person_.version();
    Asker asker = asker_of(person_.values());
    if (asker.person.empty() && login().acts_for == ActsFor::himself)
        asker.person = person_of(login(), services_.persons);
    session_reader_ = std::make_shared<Reader>(identity_.user, identity_.database, std::move(asker));
    return session_reader_;
}

void RestrictedSession::refresh_reader() {
    asking_->refresh(identity_.access, generation_, services_.budgets, now_);
}

std::optional<enforcement::Refusal> RestrictedSession::ask_by(std::string_view text) {
    asking_ = session_reader();
    refresh_reader();
    auto commented = person_in_comments(text);
    if (auto* refusal = std::get_if<enforcement::Refusal>(&commented)) return std::move(*refusal);
    const auto& named = std::get<std::optional<NamedPerson>>(commented);
    if (!named) return std::nullopt;
    auto asker = asker_for(login(), *named, identity_.number, services_.persons);
    if (auto* refusal = std::get_if<enforcement::Refusal>(&asker)) return std::move(*refusal);
    asking_ = std::make_shared<Reader>(identity_.user, identity_.database, std::get<Asker>(std::move(asker)));
    refresh_reader();
    return std::nullopt;
}

void RestrictedSession::ask_by(const Prepared& prepared) {
    asking_ = prepared.reader ? prepared.reader : session_reader();
    refresh_reader();
}

bool RestrictedSession::may_change_person(const enforcement::StatementPlan& statement) const {
    return login().acts_for != ActsFor::himself &&
           (statement.names_person || person_.may_be_changed_by(statement));
}

const std::shared_ptr<const Payers>& RestrictedSession::payers_of(const ExpectedAnswer& answer) {
    if (answer.payers) return answer.payers;
    const auto& reader = session_reader();
    reader->refresh(identity_.access, generation_, services_.budgets, now_);
    return reader->limits().payers();
}

std::optional<enforcement::Refusal> RestrictedSession::check_person(
    const enforcement::StatementPlan& statement) const {
    if (!statement.reads_tables) return std::nullopt;
    if (!asking_->known_at(now_)) return nobody_asks(login());
    if (auto refusal = check_asker(login(), asking_->asker(), services_.persons)) return refusal;
    return check_frozen(statement);
}

enforcement::Plan RestrictedSession::complete(std::shared_ptr<const enforcement::MessagePlan> message) {
    bool may_be_another = false;
    bool other_path = false;
    for (const auto& statement : message->statements) {
        if (auto refusal = check_person(statement)) return *std::move(refusal);
        if (may_be_another && statement.reads_tables)
            return enforcement::person_in_the_middle(statement.kind, asking_->role());
        if (other_path && statement.reads_tables)
            return enforcement::path_in_the_middle(statement.kind, asking_->role());
        may_be_another = may_be_another || may_change_person(statement);
        other_path = other_path || search_path_.may_be_changed_by(statement);
    }
    if (enforcement::shows_budget(*message)) {
        const auto states = services_.budgets.states(asking_->limits().whole(), now_);
        message = enforcement::with_budgets(std::move(message), states);
    }
    if (!names_person(*message)) return message;
    auto completed = std::make_shared<enforcement::MessagePlan>(*message);
    enforcement::StatementPlan& statement = completed->statements.back();
    auto& setting = *statement.setting;
    if (setting.values.empty()) {
        statement.printed.text = set_to_default(setting.local);
    } else {
        const NamedPerson named{setting.values.front(), setting.name == policies::token_setting};
        auto asker = asker_for(login(), named, identity_.number, services_.persons);
        if (auto* refusal = std::get_if<enforcement::Refusal>(&asker)) return std::move(*refusal);
        setting.values = tracked(std::get<Asker>(asker));
        statement.printed.text = set_person(setting.values.front(), setting.local);
    }
    setting.name = policies::person_setting;
    return std::shared_ptr<const enforcement::MessagePlan>(std::move(completed));
}

}  // namespace gateway::session
