#pragma once

/// Schemas of single values: quantities, words, parameters of processors. Internal to session-format/json.

#include <span>
#include <string_view>

#include "engine/base/parameter.h"
#include "session-format/json/layout_text.h"

namespace dubplate::session::json {

/// {"$ref": "#/$defs/NAME"}
Item schema_ref(std::string_view name);
Item schema_words(std::span<const std::string_view> words, std::string_view description = {});
Item schema_number(double minimum, double maximum, std::string_view description = {});
Item schema_integer(double minimum, double maximum, std::string_view description = {});
Item schema_flag(std::string_view description = {});
Item schema_text(std::string_view description = {});
/// A reference with words of its own.
Item schema_described(std::string_view ref, std::string_view description);
Item schema_list(Item items, std::string_view description = {});
/// {"type": "object", "required": [...], "properties": {...}, "additionalProperties": false}
Item schema_object(Item properties, std::span<const std::string_view> required, std::string_view description = {});
/// What may stand for a parameter in an insert, with help, range and default.
Item schema_parameter(const ParameterDescription& parameter);
/// time, length, level, frequency, name, ...: the definitions that the others refer to.
void add_value_definitions(Item& definitions);

}  // namespace dubplate::session::json
