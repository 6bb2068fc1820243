#include "gateway/enforcement/plan_size.hpp"

namespace gateway::enforcement {
namespace {

constexpr std::size_t bytes_of_learnt_columns = 48;  // counter, owner's block, allocator's overhead
constexpr std::size_t bytes_of_set_entry = 80;       // a node of a tree with its string

}  // namespace

std::size_t bytes_of(const MessagePlan& plan) {
    std::size_t bytes = sizeof plan;
    for (const StatementPlan& statement : plan.statements) {
        const sql::PrintedStatement& printed = statement.printed;
        bytes += sizeof statement + bytes_of_learnt_columns + printed.text.capacity() +
                 printed.spans.capacity() * sizeof printed.spans.front() +
                 printed.hidden.capacity() * sizeof printed.hidden.front() +
                 printed.parameter_types.capacity() * sizeof printed.parameter_types.front() +
                 statement.because.capacity() * sizeof statement.because.front();
        bytes += printed.searched_arrays.capacity() * sizeof printed.searched_arrays.front();
        for (const auto* columns : {&printed.compared_masks, &statement.stored_masks}) {
            for (const std::string& column : *columns)
                bytes += sizeof column + column.size();
        }
        for (const auto& kind : printed.entered)
            bytes += bytes_of_set_entry + kind.size();
        for (const auto& clazz : printed.in_clear)
            bytes += bytes_of_set_entry + clazz.size();
        if (printed.paid) {
            bytes += printed.paid->own.capacity();
            for (const auto* texts : {&printed.paid->before, &printed.paid->behind}) {
                for (const std::string& text : *texts)
                    bytes += sizeof text + text.capacity();
            }
        }
        if (printed.asked) bytes += printed.asked->subject.size() + printed.asked->key.size();
        for (const auto& rule : statement.because)
            bytes += rule.file.size();
        if (statement.setting) {
            for (const auto& value : statement.setting->values)
                bytes += sizeof value + value.size();
        }
    }
    return bytes;
}

std::size_t bytes_of(const Plan& plan) {
    if (const auto* message = std::get_if<std::shared_ptr<const MessagePlan>>(&plan))
        return bytes_of(**message);
    const auto& refusal = std::get<Refusal>(plan);
    return sizeof refusal + refusal.message.size() + refusal.hint.size();
}

}  // namespace gateway::enforcement
