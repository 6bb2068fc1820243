#include "gateway/accounting/store_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gateway::accounting {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds beat = 1s;
constexpr std::size_t most_items = 2000;  // in one command, about: Redis does nothing else meanwhile

std::string replica_name(const KeyHash::Key& drawn) {
    return fmt::format("{:016x}{:016x}", drawn[0], drawn[1]);
}

}  // namespace

StoreExchange::StoreExchange(const SharedSettings& settings)
    : settings_(settings), names_(settings.secret), replica_(replica_name(settings.draw())) {}

void StoreExchange::connected(std::string run_id, TimePoint now) {
    connected_ = true;
    run_id_ = std::move(run_id);
    beat_ = now;
}

void StoreExchange::lost() {
    connected_ = answers_ = false;
    if (flight_) put_back(*std::exchange(flight_, std::nullopt));
}

void StoreExchange::retire() {
    retired_ = true;
    for (auto& [name, leases] : leases_) {
        for (const auto& lease : leases) {
            lease->give_back();
            note(*lease);
        }
    }
}

Lease& StoreExchange::lease(const LimitedLedger& ledger) {
    auto found = leases_.find(ledger.name);
    if (found == leases_.end()) found = leases_.try_emplace(LedgerName(ledger.name)).first;
    for (const auto& lease : found->second) {
        if (lease->is_under(*ledger.limits)) return *lease;
    }
    return *found->second.emplace_back(std::make_unique<Lease>(ledger.name, *ledger.limits));
}

const Lease* StoreExchange::find_lease(const LimitedLedger& ledger) const {
    const auto found = leases_.find(ledger.name);
    if (found == leases_.end()) return nullptr;
    for (const auto& lease : found->second) {
        if (lease->is_under(*ledger.limits)) return lease.get();
    }
    return nullptr;
}

void StoreExchange::note(Lease& lease) {
    if (!std::exchange(lease.noted, true)) noted_.push_back(&lease);
}

bool StoreExchange::awaits() const { return available() && (flight_ || !noted_.empty() || again_); }

std::optional<TimePoint> StoreExchange::due() const {
    if (!connected_ || flight_) return std::nullopt;
    return answers_ && again_ ? std::min(beat_, *again_) : beat_;
}

bool StoreExchange::has_news(TimePoint now) const {
    if (!connected_ || flight_) return false;
    return now >= *due() || (answers_ && (!noted_.empty() || !declarations_.empty()));
}

void StoreExchange::tidy(TimePoint now) {
    for (auto entry = leases_.begin(); entry != leases_.end();) {
        auto& leases = entry->second;
        for (const auto& lease : leases) {
            lease->tidy(now);
            if (lease->has_news(now)) note(*lease);
        }
        std::erase_if(leases, [now](const auto& lease) { return !lease->noted && lease->idle(now); });
        entry = leases.empty() ? leases_.erase(entry) : std::next(entry);
    }
}

void StoreExchange::note_again(TimePoint now) {
    again_.reset();
    for (auto& [name, leases] : leases_) {
        for (const auto& lease : leases) {
            const auto at = lease->asks_again();
            if (!at) continue;
            if (*at <= now) {
                note(*lease);
            } else if (!again_ || *at < *again_) {
                again_ = at;
            }
        }
    }
}

std::optional<StoreCommand> StoreExchange::next(TimePoint now) {
    if (!has_news(now)) return std::nullopt;
    if (now >= beat_) {
        beat_ = now + beat;
        tidy(now);
    }
    if (again_ && now >= *again_) note_again(now);
    Flight flight{.number = ++numbers_,
                  .news = {.run_id = run_id_, .epoch = epoch_, .now = time_.vouched(now), .sent = now},
                  .leases = {}};
    take_news(flight, now);
    take_declarations(flight);
    flight.news.more = declares_ || !declarations_.empty();
    flight_ = std::move(flight);
    return write_news(flight_->news, numbers_, settings_.lease, replica_, names_);
}

void StoreExchange::take_news(Flight& flight, TimePoint now) {
    for (std::size_t items = 0; !noted_.empty() && items < most_items;) {
        Lease* const lease = noted_.front();
        noted_.pop_front();
        lease->noted = false;
        if (!lease->has_news(now)) continue;
        const LedgerNews& news = flight.news.ledgers.emplace_back(lease->news(next_unit_, now));
        flight.leases.push_back(lease);
        items += 10 + news.given.size() + news.seen.size() + news.asked.size() + news.wanted;
    }
}

void StoreExchange::take_declarations(Flight& flight) {
    std::size_t room = most_items;
    while (!declarations_.empty() && room > 0) {
        Declaration& first = declarations_.front();
        LedgerNews news{.name = first.name, .limits = {{first.window, 0}}};
        const std::size_t some = std::min(room, first.seen.size());
        const auto begin = first.seen.end() - static_cast<std::ptrdiff_t>(some);
        news.seen.assign(begin, first.seen.end());
        first.seen.erase(begin, first.seen.end());
        if (first.seen.empty()) declarations_.pop_front();
        room -= some;
        flight.news.ledgers.push_back(std::move(news));
    }
}

void StoreExchange::put_back(Flight flight) {
    for (std::size_t i = 0; i < flight.news.ledgers.size(); ++i) {
        LedgerNews& news = flight.news.ledgers[i];
        if (i < flight.leases.size()) {
            flight.leases[i]->lost(std::move(news));
            note(*flight.leases[i]);
        } else {
            declarations_.push_back({news.name, news.limits.front().window, std::move(news.seen)});
        }
    }
}

StoreExchange::Brought StoreExchange::answered(std::uint64_t number, const StoreAnswer& answer,
                                               TimePoint now) {
    if (!flight_ || flight_->number != number) return {};
    Flight flight = *std::exchange(flight_, std::nullopt);
    auto told = read_answer(answer, flight.news);
    answers_ = told.has_value();
    if (!told) {
        beat_ = now + beat;
        put_back(std::move(flight));
        return {.what = Brought::What::mistake};
    }
    if (told->epoch != epoch_) {
        put_back(std::move(flight));
        for (auto& [name, leases] : leases_) {
            for (const auto& lease : leases) {
                lease->begin_anew();
                note(*lease);
            }
        }
        epoch_ = told->epoch;
        declares_ = true;
        time_.forget();
        time_.told(told->now, flight.news.sent, now);
        return {.what = Brought::What::new_epoch};
    }
    time_.told(told->now, flight.news.sent, now);
    Brought brought{.what = Brought::What::answers};
    for (std::size_t i = 0; i < flight.leases.size(); ++i) {
        LedgerNews& news = flight.news.ledgers[i];
        Lease& lease = *flight.leases[i];
        lease.answered(news, told->ledgers[i], told->pause, settings_.lease, flight.news.sent, now);
        if (retired_) lease.give_back();
        if (lease.has_news(now)) note(lease);
        const auto again = lease.asks_again();
        if (again && (!again_ || *again < *again_)) again_ = again;
        if (!news.seen.empty()) brought.covered.emplace_back(std::move(news.name), std::move(news.seen));
    }
    return brought;
}

void StoreExchange::declare(std::list<Declaration> declarations) {
    declarations_ = std::move(declarations);
    declares_ = false;
}

}  // namespace gateway::accounting
