// What PostgreSQL's planner makes of a printed statement stays within what the analysis believed: no relation
// but those of the facts, and no protected column but in its mask.
#include <regex>

#include "tests/sql/rewrite_on_server.hpp"

namespace tests {
namespace {

// Lists of a plan's parts, as PostgreSQL itself reads its JSON; $1 is the plan.
constexpr const char* scanned_relations = R"(
SELECT DISTINCT node ->> 'Schema', node ->> 'Relation Name', node ->> 'Alias'
  FROM jsonb_path_query($1::jsonb, 'strict $.** ? (exists (@."Relation Name"))') AS node)";
constexpr const char* other_aliases = R"(
SELECT DISTINCT node ->> 'Alias'
  FROM jsonb_path_query($1::jsonb, 'strict $.** ? (exists (@.Alias) && !exists (@."Relation Name"))') AS node)";
// An Append has no list of its own.
constexpr const char* shown_expressions = R"(
WITH RECURSIVE shown AS (
    SELECT $1::jsonb #> '{0,Plan}' AS node
    UNION ALL
    SELECT jsonb_array_elements(node -> 'Plans') FROM shown WHERE node ->> 'Node Type' IN ('Append', 'Merge Append'))
SELECT jsonb_array_elements_text(node -> 'Output') FROM shown)";
constexpr const char* all_outputs = R"(
SELECT jsonb_path_query($1::jsonb, 'strict $.** ? (exists (@.Output)).Output[*]') #>> '{}')";
// A node's own output may pass a column up to where it is masked; what filters, joins or sorts names none.
constexpr const char* deciding_expressions = R"(
SELECT jsonb_path_query(field.value, 'strict $.** ? (@.type() == "string")') #>> '{}'
  FROM jsonb_path_query($1::jsonb, 'strict $.** ? (@.type() == "object")') AS node, jsonb_each(node) AS field
 WHERE field.key ~ '(Cond|Filter|Key)$')";

constexpr const char* protected_columns = "(phone|email|birthday|address)";
constexpr char raw = '\x01';  // before a protected column of a scanned table

void remove_all(std::string& text, const std::string& what) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what))
        text.erase(at, what.size());
}

class ServerOpinion : public Rewrite {
protected:
    static sql::Treatment treatment() {
        sql::Treatment treatment = masked_treatment();
        for (auto& shared : treatment.relations) {
            sql::RelationTreatment& one = tests::own_copy(shared);
            const sql::Relation* relation = catalog_->relation(one.relation);
            one.searchable.clear();
            if (relation->schema != "public") continue;
            one.columns[relation->column("birthday")->number] = sql::Masked{sql::mask::Truncate{"year"}};
        }
        return treatment;
    }

    std::vector<std::vector<std::string>> list(const char* sql, const std::string& plan) {
        const char* parameters[] = {plan.c_str()};
        const ResultSet result(PQexecParams(raw_.get(), sql, 1, nullptr, parameters, nullptr, nullptr, 0));
        EXPECT_EQ(PQresultStatus(result.get()), PGRES_TUPLES_OK) << PQerrorMessage(raw_.get());
        std::vector<std::vector<std::string>> rows;
        for (int r = 0; r < PQntuples(result.get()); ++r) {
            auto& row = rows.emplace_back();
            for (int c = 0; c < PQnfields(result.get()); ++c)
                row.emplace_back(PQgetvalue(result.get(), r, c));
        }
        return rows;
    }

    /// nullopt: the server does not take the statement, for reasons of its own (types).
    std::optional<std::string> plan_of(const std::string& printed) {
        const Answer plan = ask(masked_.get(), "EXPLAIN (VERBOSE, FORMAT JSON) " + printed);
        return plan.rows.empty() ? std::nullopt : std::optional(plan.rows[0][0]);
    }

    /// "schema.name" of what the facts name, and of the partitions and children of it.
    static std::set<std::string> believed(const sql::Facts& facts) {
        std::set<std::string> names;
        for (const sql::RelationUse& use : facts.relations) {
            const sql::Relation* relation = catalog_->relation(use.relation);
            names.insert(relation->schema + "." + relation->name);
            for (const auto& [oid, other] : catalog_->relations()) {
                if (std::ranges::find(other.parents, use.relation) != other.parents.end())
                    names.insert(other.schema + "." + other.name);
            }
        }
        return names;
    }

    /// The names that columns of scanned tables of people have in the plan: a parent's and its children's
    /// differ by a number. Columns of sub-queries and CTEs are masked already.
    std::set<std::string> raw_aliases(const std::string& plan) {
        std::set<std::string> aliases;
        static const std::regex number("_[0-9]+$");
        for (const auto& row : list(scanned_relations, plan)) {
            if (row[1].find("customers") == std::string::npos) continue;
            const std::string base = std::regex_replace(row[2], number, "");
            aliases.insert({row[2], base});
            for (int i = 1; i < 10; ++i)
                aliases.insert(base + "_" + std::to_string(i));
        }
        for (const auto& row : list(other_aliases, plan))
            aliases.erase(row[0]);
        return aliases;
    }

    /// Protected columns of scanned tables get a mark.
    std::string marked(const std::string& plan, const std::string& expression) {
        static const std::regex no_column("'[^']*'| AS \\w+");
        static const std::regex unqualified("(^|[^.\\w])" + std::string(protected_columns) + "\\b");
        const std::string mark(1, raw);
        std::string text = std::regex_replace(expression, no_column, "");
        const auto aliases = raw_aliases(plan);
        // Of the only relation of a plan, columns are shown without its name.
        if (!aliases.empty() && list(scanned_relations, plan).size() == 1)
            text = std::regex_replace(text, unqualified, "$1" + mark + "$2");
        for (const std::string& alias : aliases) {
            const std::regex qualified("\\b" + alias + "\\." + protected_columns + "\\b");
            text = std::regex_replace(text, qualified, mark + "$1");
        }
        return text;
    }

    /// How the planner says the masks.
    std::set<std::string> masks() {
        static const std::regex no_more_than_a_column("\\(?" + std::string(1, raw) + "\\w+\\)?(::\\w+)?");
        std::set<std::string> texts;
        for (const char* table : {"customers", "customers_materialized", "child_customers"}) {
            const auto printed =
                print(std::string("SELECT phone, email, birthday FROM ") + table, treatment());
            EXPECT_TRUE(printed) << table;
            const auto plan = plan_of(printed->text);
            EXPECT_TRUE(plan) << printed->text;
            for (const auto& row : list(all_outputs, *plan)) {
                const std::string text = marked(*plan, row[0]);
                if (text.find(raw) != std::string::npos && !std::regex_match(text, no_more_than_a_column))
                    texts.insert(text);
            }
        }
        return texts;
    }

    /// Expressions that decide or are shown and that name a protected column outside of its mask.
    std::vector<std::string> unmasked_in(const std::string& plan) {
        static const std::set<std::string> known = masks();
        std::vector<std::string> found;
        for (const char* of : {shown_expressions, deciding_expressions}) {
            for (const auto& row : list(of, plan)) {
                std::string text = marked(plan, row[0]);
                for (const std::string& mask : known)
                    remove_all(text, mask);
                if (text.find(raw) != std::string::npos) found.push_back(row[0]);
            }
        }
        return found;
    }
};

TEST_F(ServerOpinion, ReadsNoRelationAndNoColumnThatTheAnalysisDidNotKnowOf) {
    int planned = 0;
    for (const char* file :
         {"equivalent.sql", "expressions_with_sub_queries.sql", "forms.sql", "hostile.sql"}) {
        for (const std::string& line : lines_of(file)) {
            SCOPED_TRACE(line);
            const auto analysis = sql::Analysis::of(line, *catalog_, {});
            if (!analysis || analysis->statements().size() != 1 || !permitted(analysis->statements()[0]))
                continue;
            const auto printed = analysis->print(0, treatment());
            if (!printed) continue;
            const auto plan = plan_of(printed->text);
            if (!plan) continue;
            ++planned;
            const auto names = believed(analysis->statements()[0]);
            for (const auto& row : list(scanned_relations, *plan)) {
                // Functions that describe the schema, and views of the catalog, read other parts of it.
                if (row[0] == "pg_catalog" || row[0] == "information_schema") continue;
                EXPECT_TRUE(names.contains(row[0] + "." + row[1])) << row[0] << "." << row[1];
            }
            EXPECT_EQ(unmasked_in(*plan), std::vector<std::string>()) << printed->text;
        }
    }
    EXPECT_GE(planned, 600);
}

TEST_F(ServerOpinion, WouldShowAColumnOutsideOfItsMask) {
    for (const char* text :
         {"SELECT phone FROM public.customers", "SELECT id FROM public.customers c WHERE c.email LIKE 'a%'",
          "SELECT id FROM public.customers ORDER BY birthday", "SELECT max(address) FROM public.customers",
          "SELECT a.id FROM public.customers a JOIN public.customers b ON a.phone = b.phone"}) {
        const auto plan = plan_of(text);
        ASSERT_TRUE(plan) << text;
        EXPECT_FALSE(unmasked_in(*plan).empty()) << text;
    }
}

}  // namespace
}  // namespace tests
