#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"
#include "sql/facts.hpp"
#include "sql/patterns.hpp"
#include "sql/treatment.hpp"

namespace sql {

/// How unqualified names are looked up: the client's own search_path.
struct NameContext {
    std::vector<std::string> search_path = {
        "public"};  // "$user" already replaced; pg_catalog is implied first
    /// Names without a schema mean temporary tables before all others. Not in what the client did not write:
    /// row filters and views.
    bool temporary = false;
    /// The client gives parameters types that their casts may fail to turn into others.
    bool declares_parameters = false;
};

/// A key that the client sees in a column of his own.
struct ShownKey {
    std::size_t column = 0;  // of the row
    Oid type = 0;            // of the column: one whose values are read in both formats

    bool operator==(const ShownKey&) const = default;
};

/// Tells whom a row is about: it is cut off before the client sees the row, unless he asked for it himself.
struct HiddenColumn {
    std::string subject;  // SubjectKey::kind
    /// 0: the key as text. n: a text[] literal whose elements are values of depth n - 1. NULL: nobody.
    int array_depth = 0;
    /// Whoever it names was found by an exact search: a row without the searched value does not carry the
    /// key.
    bool searched = false;
    std::optional<ShownKey> shown_at = {};

    bool operator==(const HiddenColumn&) const = default;
};

/// Stands where a key would, when a question about people found nobody. With a number behind it the statement
/// asks it once, however many rows repeat the answer; without one each row asks for itself.
inline constexpr std::string_view nobody_key = "__tabir_nobody";

/// Stands where keys of people would, of more rows than `most_repeated_rows`: of a window, or of what an
/// INSERT reads. Each row of the result repeats them, so that their text grows with the square of the rows.
inline constexpr std::string_view many_key = "__tabir_many";
inline constexpr int most_repeated_rows = 10'000;

/// For how many values a statement may search. Where people are counted, misses are charged when it has
/// ended: so there it may not look for a whole list of numbers.
[[nodiscard]] inline int most_searched_values(bool counted) { return counted ? 100 : 100'000; }

/// The one person that a statement asks about: whatever it answers, it tells of nobody else.
struct AskedPerson {
    std::string subject;
    Oid type = 0;       // of the key's column
    int parameter = 0;  // whose value is the key; 0: `key` is it, as the client wrote it
    std::string key;

    bool operator==(const AskedPerson&) const = default;
};

/// One span of printed text that stands for the same bytes of the client's text (error positions).
struct CopiedSpan {
    std::size_t printed = 0;
    std::size_t client = 0;
    std::size_t length = 0;

    bool operator==(const CopiedSpan&) const = default;
};

/// A statement that is paid for before it writes anything. All of its statements run in one transaction, and
/// the client hears of one: `before` makes room, PrintedStatement::text reads the rows that it is about,
/// keeps what will be written of them as one value, and shows nothing but the keys; `behind` writes when
/// everybody in them is paid for.
struct PaidSteps {
    /// When the client's statement itself runs.
    enum class Own { first, never, last };

    std::string own;  // the client's statement itself, with its parameters
    Own runs = Own::first;
    std::vector<std::string> before;
    std::vector<std::string> behind;
    std::vector<int> unread = {};  // parameters of `own` that the rows are read without, by 1-based number

    bool operator==(const PaidSteps&) const = default;
};

/// A parameter whose array holds values that are searched for: each of its elements stands for `values` of
/// them. Beside the one before it, both are read side by side, and the longer one counts.
struct SearchedArray {
    int parameter = 0;
    int values = 1;
    bool beside_last = false;
    bool operator==(const SearchedArray&) const = default;
};

/// A statement in the words that the database will read. Parsed again and compared before it is returned.
struct PrintedStatement {
    std::string text;
    /// First those that are cut off, which are always the last columns of a row; then those that are shown.
    std::vector<HiddenColumn> hidden;
    std::vector<std::pair<int, Oid>> parameter_types;  // explicit types needed in Parse, by 1-based number
    /// Those that no row filter can be told of as long as they are of the types that they are cast to.
    std::vector<std::pair<int, Oid>> cast_parameters = {};
    /// Whose values must not end with the escape character: there are rows that nobody is shown.
    std::vector<PatternParameter> pattern_parameters = {};
    std::vector<CopiedSpan> spans;
    bool reads_protected = false;  // a relation with a treatment is read
    int searched_values = 0;       // how many values its exact searches look for
    bool finds_each_once = true;   // each of those finds one person at most; else they may all have one
    std::vector<SearchedArray> searched_arrays;
    std::optional<AskedPerson> asked;
    bool empty_answers = false;  // no row at all is an answer about people
    /// Counted kinds of subject whose rows it enters and does not show. That it fails tells of those that
    /// are there.
    std::set<std::string> entered;
    /// RelationTreatment::in_clear of every column that it reads.
    std::set<std::string> in_clear = {};
    /// Masked columns whose values it compares for equality: "phone of public.customers".
    std::vector<std::string> compared_masks = {};
    /// Groups of fewer people than this, or of which a condition leaves out fewer, may be missing where the
    /// client cannot see it: behind conditions, and below other levels. 0: nowhere.
    int groups_left_out_below = 0;
    /// The statement returns rows only because of the hidden columns: the client hears of none.
    bool hides_rows = false;
    /// Its rows tell of each other, and each pays for its own people: so all of them are read.
    bool shows_ranks = false;
    /// A change that fails where it gives a row to another person.
    bool holds_keys = false;
    std::optional<PaidSteps> paid = {};

    bool operator==(const PrintedStatement&) const = default;
    /// How many columns are cut off.
    [[nodiscard]] std::size_t cut_columns() const {
        std::size_t count = hidden.size();
        while (count > 0 && hidden[count - 1].shown_at)
            --count;
        return count;
    }
    [[nodiscard]] bool searches() const { return searched_values > 0 || !searched_arrays.empty(); }
};

/// The statements of one message, parsed and resolved. Owns the parse trees: use it on the thread that made
/// it and end it before another Analysis begins on that thread.
class Analysis {
public:
    /// Checks the text's shape (size, depth, encoding) before any parser sees it, parses it with PostgreSQL's
    /// grammar, and resolves names against `catalog`. Errors: guard, syntax, undefined names, unsupported
    /// forms.
    [[nodiscard]] static Result<Analysis> of(std::string_view text, const Catalog& catalog,
                                             const NameContext& names);

    Analysis(Analysis&&) noexcept;
    Analysis& operator=(Analysis&&) noexcept;
    ~Analysis();

    /// Those up to the first on which it hangs what others behind it mean: it makes, drops or alters a
    /// temporary table, or sets search_path or a setting of the gateway's own.
    [[nodiscard]] std::span<const Facts> statements() const;
    /// Where the others begin: what they mean is not known before the one before them has been run.
    [[nodiscard]] std::optional<std::size_t> rest() const;

    /// Facts::writes of statement `index`, for a reader who sees what it reads under this treatment: where
    /// columns are stripped, `*` gives others to the columns that are written. Not of COPY FROM. An error is
    /// print()'s, too.
    [[nodiscard]] Result<std::vector<WriteUse>> writes_under(std::size_t index,
                                                             const Treatment& treatment) const;

    /// Prints statement `index` so that every protected relation in it is a masked sub-select, with the keys
    /// of the counted subjects as hidden last columns; then parses the print and checks it against the meant
    /// tree.
    [[nodiscard]] Result<PrintedStatement> print(std::size_t index, const Treatment& treatment) const;

    /// Where the constants of statement `index` begin whose values nothing but the print hangs on
    /// (sql/parse/free_constants.hpp). None in what changes rows, carries another statement, reads a system
    /// catalog or calls a function that is not safe: there a policy may look at values. Only for statements
    /// that print() accepts.
    [[nodiscard]] std::vector<std::uint32_t> free_constants(std::size_t index) const;

private:
    struct State;
    explicit Analysis(std::unique_ptr<State> state);
    static Result<Analysis> made_of(std::string_view text, const Catalog& catalog, const NameContext& names);
    std::unique_ptr<State> state_;
};

/// True when `filter` parses as one boolean-looking expression without sub-statements of other kinds; else
/// why not. Used when a policy is loaded. `:user` stands for the user's name.
[[nodiscard]] Result<void> check_row_filter(std::string_view filter, const Relation& relation,
                                            const Catalog& catalog);

}  // namespace sql
