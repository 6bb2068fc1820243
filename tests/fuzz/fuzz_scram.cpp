// SCRAM messages of both sides, verifiers and the users file.

#include "gateway/auth/scram_messages.hpp"
#include "gateway/auth/users.hpp"
#include "tests/fuzz/wire_stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace gateway::auth;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto first = ClientFirst::from(text)) {
        tests::require(std::string(first->gs2_header).append(first->bare) == text);
    }
    if (const auto final = ClientFinal::from(text)) tests::require(text.starts_with(final->without_proof));
    (void)ServerFirst::from(text);
    (void)ServerFinal::from(text);
    if (const auto verifier = ScramVerifier::from(text)) {
        // Its own text says the same again; the client's may begin the count of iterations with zeros.
        const auto again = ScramVerifier::from(verifier->text());
        tests::require(again && again->text() == verifier->text());
    }
    if (const auto users = UsersFile::from_text(text, "users")) {
        tests::require(UsersFile::from_text(users->text(), "users")->users().size() == users->users().size());
    }
    return 0;
}
