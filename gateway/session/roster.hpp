#pragma once

#include <list>

namespace gateway::session {

/// A conversation that can be asked to end. Used on its own I/O thread only.
class Endable {
public:
    virtual ~Endable() = default;
    /// End as soon as no statement is under way and no transaction is open.
    virtual void end_at_rest() = 0;
    /// End now, with 57P01 where the stream allows it.
    virtual void end_now() = 0;
    /// Who may do what has changed: end now if what the session was opened with does not hold any more.
    virtual void recheck_access() = 0;
};

/// The conversations of one I/O thread.
class Roster {
public:
    /// On the list while it lives.
    class Entry {
    public:
        Entry(Roster& roster, Endable& one)
            : roster_(roster), place_(roster.all_.insert(roster.all_.end(), &one)) {}
        ~Entry() { roster_.all_.erase(place_); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        Roster& roster_;
        std::list<Endable*>::iterator place_;
    };

    void end_at_rest() {
        for_each([](Endable& one) { one.end_at_rest(); });
    }
    void end_now() {
        for_each([](Endable& one) { one.end_now(); });
    }
    void recheck_access() {
        for_each([](Endable& one) { one.recheck_access(); });
    }

private:
    // Ending only closes sockets; entries go when their coroutines run next, not within the loop.
    template <class Action>
    void for_each(Action action) {
        for (Endable* one : all_)
            action(*one);
    }

    std::list<Endable*> all_;
};

}  // namespace gateway::session
