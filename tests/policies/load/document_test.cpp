// YAML that is well formed but not of the plain shape that a policy has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policies/load/policy_text.hpp"

namespace policies::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

struct DocumentCase {
    const char* name;
    std::string text;
    const char* line;
};

class PolicyDocument : public ::testing::TestWithParam<DocumentCase> {};

TEST_P(PolicyDocument, OfAnotherShapeIsRefused) {
    EXPECT_THAT(mistakes_in(GetParam().text), Contains(HasSubstr(GetParam().line)));
}

std::string good() { return PolicyText{}.text(); }

INSTANTIATE_TEST_SUITE_P(
    Yaml, PolicyDocument,
    ::testing::Values(
        DocumentCase{"empty", "", "p.yaml:1:1: the file is empty; begin it with 'version: 1'"},
        DocumentCase{"comment_only", "# nothing\n", "the file is empty"},
        DocumentCase{"a_word", "hello", "p.yaml:1:1: a policy must be a map, not 'hello'"},
        DocumentCase{"a_list", "- version: 1", "a policy must be a map, not a list"},
        DocumentCase{"anchor", good() + "defaults: &d { unlisted_tables: deny }\n",
                     "p.yaml:7:11: anchors (&name) are not allowed"},
        DocumentCase{"alias", good() + "defaults: *d\n", "p.yaml:7:11: "},
        DocumentCase{"alias_of_an_anchor", "version: &v 1\ndatabases: *v\n",
                     "p.yaml:2:12: aliases (*name) are not allowed; write the value itself"},
        DocumentCase{"cycle", "version: &a [*a]\n", "aliases (*name) are not allowed"},
        DocumentCase{"tag", good() + "defaults: !!map { }\n", "tags are not allowed; leave out"},
        DocumentCase{"tagged_scalar", "version: !!int 1\n", "p.yaml:1:10: tags are not allowed"},
        DocumentCase{"second_document", good() + "---\nversion: 1\n", "a second document begins here"},
        DocumentCase{"key_that_is_a_list", good() + "? [a, b]\n: 1\n", "a key must be a word"},
        DocumentCase{"key_that_is_missing", good() + ": 1\n", "a key is missing"},
        DocumentCase{"tab_indentation", "version: 1\nroles:\n\tdba: {}\n", "p.yaml:3:5: this is not YAML: "},
        DocumentCase{"open_bracket", "version: 1\ndatabases: [a\n", "this is not YAML: "},
        DocumentCase{"bad_escape", "version: \"\\q\"\n", "this is not YAML: "},
        DocumentCase{"nested_too_deep", "a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
                     "values are nested more than 16 deep"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(PolicyDocument, MayBeginWithADocumentMark) {
    EXPECT_THAT(mistakes_in("---\n" + good()), ::testing::IsEmpty());
}

}  // namespace
}  // namespace policies::testing
