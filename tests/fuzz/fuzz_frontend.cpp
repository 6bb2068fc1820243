// What a client sends after log-in: nothing crashes, and what is accepted is written again as it was.

#include "gateway/wire/frontend_writer.hpp"
#include "tests/fuzz/wire_stream.hpp"

namespace {

using namespace gateway::wire;

/// Reads every view to its end, so that the sanitizers see it.
struct WriteAgain {
    std::string out;

    void operator()(const Query& m) { FrontendWriter(out).query(m.text); }
    void operator()(const Parse& m) { FrontendWriter(out).parse(m.statement, m.text, m.parameter_types); }
    void operator()(const Bind& m) {
        std::size_t count = 0;
        for (const auto& value : m.parameters)
            count += value && value->size() > m.parameter_part.size() ? 0 : 1;
        tests::require(count == m.parameters.size());
        for (std::size_t i = 0; i < m.parameters.size(); ++i)
            (void)m.parameter_formats.of(i);
        FrontendWriter(out).bind(m);
    }
    void operator()(const Describe& m) { FrontendWriter(out).describe(m.kind, m.name); }
    void operator()(const Close& m) { FrontendWriter(out).close(m.kind, m.name); }
    void operator()(const Execute& m) { FrontendWriter(out).execute(m.portal, m.max_rows); }
    void operator()(const Flush&) { FrontendWriter(out).flush(); }
    void operator()(const Sync&) { FrontendWriter(out).sync(); }
    void operator()(const Terminate&) { FrontendWriter(out).terminate(); }
    void operator()(const CopyData& m) { FrontendWriter(out).copy_data(m.data); }
    void operator()(const CopyDone&) { FrontendWriter(out).copy_done(); }
    void operator()(const CopyFail& m) { FrontendWriter(out).copy_fail(m.reason); }
    void operator()(const FunctionCall& m) {
        tests::require(m.arguments.prefix(m.arguments.size()).size() == m.arguments.bytes().size());
    }
    void operator()(const PasswordFamily& m) {
        (void)decode_password(m.body);
        (void)decode_sasl_initial_response(m.body);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    for (const auto& bytes :
         tests::messages_of(Peer::frontend, {reinterpret_cast<const char*>(data), size})) {
        const auto message = decode_frontend(Frame{bytes});
        if (!message) continue;
        WriteAgain again;
        std::visit(again, *message);
        tests::require(again.out.empty() || again.out == bytes);
    }
    return 0;
}
