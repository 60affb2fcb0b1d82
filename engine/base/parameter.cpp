#include "engine/base/parameter.h"

#include <charconv>

namespace dubplate {
namespace {

std::size_t find_name(std::span<const ParameterDescription> parameters, std::string_view name) {
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].name == name) return i;
    return kNoParameter;
}

}  // namespace

std::size_t parameter_count(const ProcessorDescription& description, std::size_t group_size) {
    return description.parameters.size() + group_size * description.group.size();
}

std::size_t parameter_index(const ProcessorDescription& description, std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return find_name(description.parameters, path);
    if (description.group_name.empty() || path.substr(0, slash) != description.group_name) return kNoParameter;
    const std::string_view rest = path.substr(slash + 1);
    std::size_t member = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), member);
    if (error != std::errc{} || member >= description.group_maximum || end == rest.data() + rest.size() || *end != '/')
        return kNoParameter;
    const std::size_t in_group =
        find_name(description.group, rest.substr(static_cast<std::size_t>(end - rest.data()) + 1));
    if (in_group == kNoParameter) return kNoParameter;
    return description.parameters.size() + member * description.group.size() + in_group;
}

const ParameterDescription& parameter_at(const ProcessorDescription& description, std::size_t index) {
    if (index < description.parameters.size()) return description.parameters[index];
    return description.group[(index - description.parameters.size()) % description.group.size()];
}

}  // namespace dubplate
