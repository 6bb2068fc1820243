#include "gateway/accounting/store_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gateway/accounting/store_script.hpp"

namespace gateway::accounting {
namespace {

constexpr const char* key_prefix = "tabir:{b}:";  // one slot of a cluster

// What a store that is in order can say; outside it is not believed.
constexpr std::int64_t longest_time = std::int64_t{1} << 52;
constexpr std::int64_t longest_wait = std::int64_t{1000} * 3600 * 24 * 366;
constexpr std::int64_t most_people = std::int64_t{1} << 48;

/// `part` keeps what is made of the secret apart: a NUL stands in no PostgreSQL value.
KeyHash derived(const KeyHash::Key& secret, char part) {
    const KeyHash by(secret);
    const std::string label{'\0', 't', 'a', 'b', 'i', 'r', part};
    return KeyHash({by(label + '1'), by(label + '2')});
}

std::string bytes_of(std::uint64_t number) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8)
        bytes.push_back(static_cast<char>(number >> shift));
    return bytes;
}

const std::vector<StoreAnswer>* list_in(const StoreAnswer& answer) {
    return std::get_if<std::vector<StoreAnswer>>(&answer.value);
}

std::optional<std::int64_t> number_in(const StoreAnswer& answer, std::int64_t least, std::int64_t most) {
    const auto* number = std::get_if<std::int64_t>(&answer.value);
    if (number == nullptr || *number < least || *number > most) return std::nullopt;
    return *number;
}

std::optional<std::vector<bool>> read_known(const StoreAnswer& answer, std::size_t asked) {
    const auto* list = list_in(answer);
    if (list == nullptr || list->size() != asked) return std::nullopt;
    std::vector<bool> known;
    for (const StoreAnswer& item : *list) {
        const auto flag = number_in(item, 0, 1);
        if (!flag) return std::nullopt;
        known.push_back(*flag == 1);
    }
    return known;
}

std::optional<std::vector<WindowTold>> read_limits(const StoreAnswer& answer, std::size_t limits) {
    const auto* list = list_in(answer);
    if (list == nullptr || list->size() != limits) return std::nullopt;
    std::vector<WindowTold> told;
    for (const StoreAnswer& item : *list) {
        const auto* pair = list_in(item);
        if (pair == nullptr || pair->size() != 2) return std::nullopt;
        const auto seen = number_in((*pair)[0], 0, most_people);
        const auto frees = number_in((*pair)[1], -longest_wait, longest_wait);
        if (!seen || !frees) return std::nullopt;
        told.push_back({static_cast<std::uint64_t>(*seen), Milliseconds(std::max<std::int64_t>(*frees, 0))});
    }
    return told;
}

std::optional<LedgerTold> read_ledger(const StoreAnswer& answer, const LedgerNews& news) {
    const auto* parts = list_in(answer);
    if (parts == nullptr || parts->size() != 4) return std::nullopt;
    auto known = read_known((*parts)[0], news.asked.size());
    const auto granted = number_in((*parts)[1], 0, static_cast<std::int64_t>(news.wanted));
    const auto live = number_in((*parts)[2], 0, most_people);
    auto limits = read_limits((*parts)[3], news.limits.size());
    if (!known || !granted || !live || !limits) return std::nullopt;
    return LedgerTold{*std::move(known), static_cast<std::uint64_t>(*granted),
                      static_cast<std::uint64_t>(*live), *std::move(limits)};
}

class Arguments {
public:
    void add(std::string text) { list_.push_back(std::move(text)); }
    template <class Integer>
    void add_number(Integer number) {
        list_.push_back(std::to_string(number));
    }
    std::vector<std::string> take() { return std::move(list_); }

private:
    std::vector<std::string> list_;
};

void write_ledger(const LedgerNews& news, TimePoint sent, const std::string& ledger, const StoreNames& names,
                  Arguments& arguments) {
    arguments.add(ledger);
    arguments.add_number(news.limits.size());
    for (const WindowLimit& limit : news.limits) {
        arguments.add_number(limit.window.count());
        arguments.add_number(limit.most);
    }
    arguments.add_number(news.given.size());
    for (const std::uint64_t unit : news.given)
        arguments.add_number(unit);
    arguments.add_number(news.seen.size());
    for (const StoreSighting& seen : news.seen) {
        arguments.add(names.subject(ledger, seen.subject));
        arguments.add_number(seen.unit);
        arguments.add_number(std::chrono::floor<Milliseconds>(sent - seen.until).count());
    }
    arguments.add_number(news.asked.size());
    arguments.add_number(news.grace.count());
    for (const std::uint64_t subject : news.asked)
        arguments.add(names.subject(ledger, subject));
    arguments.add_number(news.first_wanted);
    arguments.add_number(news.wanted);
}

}  // namespace

StoreNames::StoreNames(const KeyHash::Key& secret)
    : left_(derived(secret, 'l')), right_(derived(secret, 'r')), subjects_(derived(secret, 's')) {}

std::string StoreNames::ledger(LedgerNameView name) const {
    std::string text;
    text.push_back(static_cast<char>(name.of));
    text.push_back(static_cast<char>(name.what));
    text.append(bytes_of(name.account.size()));
    text.append(name.account);
    text.append(name.counted);
    return fmt::format("{:016x}{:016x}", left_(text), right_(text));
}

std::string StoreNames::subject(const std::string& ledger, std::uint64_t subject) const {
    return bytes_of(subjects_(ledger + bytes_of(subject)));
}

StoreCommand write_news(const StoreNews& news, std::uint64_t number, Milliseconds lease,
                        const std::string& replica, const StoreNames& names) {
    const std::string prefix(key_prefix);
    StoreCommand command{.number = number,
                         .script = &store_script,
                         .keys = {prefix + "meta", prefix + "windows"},
                         .arguments = {}};
    Arguments arguments;
    arguments.add(news.run_id);
    arguments.add(news.epoch);
    arguments.add(fmt::format("{}.{}", replica, number));
    arguments.add(news.now ? std::to_string(*news.now) : std::string());
    arguments.add_number(lease.count());
    arguments.add_number(store_slack.count());
    arguments.add(news.more ? "1" : "0");
    arguments.add(replica + ':');
    for (const LedgerNews& ledger : news.ledgers) {
        const std::string name = names.ledger(ledger.name);
        command.keys.push_back(prefix + "s:" + name);
        command.keys.push_back(prefix + "u:" + name);
        write_ledger(ledger, news.sent, name, names, arguments);
    }
    command.arguments = arguments.take();
    return command;
}

std::optional<StoreTold> read_answer(const StoreAnswer& answer, const StoreNews& news) {
    const auto* parts = list_in(answer);
    if (parts == nullptr || parts->size() < 3) return std::nullopt;
    const auto* epoch = std::get_if<std::string>(&(*parts)[0].value);
    const auto now = number_in((*parts)[1], -longest_time, longest_time);
    const auto pause = number_in((*parts)[2], 0, longest_wait);
    if (epoch == nullptr || epoch->empty() || epoch->size() > 64 || !now || !pause) return std::nullopt;
    StoreTold told{.epoch = *epoch, .now = *now, .pause = Milliseconds(*pause)};
    const bool current = *epoch == news.epoch;
    if (parts->size() != 3 + (current ? news.ledgers.size() : 0)) return std::nullopt;
    if (!current) return told;
    for (std::size_t i = 0; i < news.ledgers.size(); ++i) {
        auto ledger = read_ledger((*parts)[3 + i], news.ledgers[i]);
        if (!ledger) return std::nullopt;
        told.ledgers.push_back(*std::move(ledger));
    }
    return told;
}

}  // namespace gateway::accounting
