#include "session-format/json/schema.h"

#include <gmock/gmock.h>

#include "session-format/json/document.h"
#include "tests/session-format/support/processors.h"

namespace dubplate::session {
namespace {

using testing::HasSubstr;

TEST(Schema, IsJsonWithEveryProcessorsParameters) {
    const std::string schema = session_schema(test::kProcessors);
    const auto document = json::Document::parse(schema, "schema");
    ASSERT_TRUE(document.has_value()) << document.error().where << document.error().message;
    EXPECT_TRUE(document->repeated_keys().empty());
    const json::Node& definitions = *document->member(document->root(), "$defs");
    for (const ProcessorDescription* processor : test::kTable) {
        const json::Node* schema_of = document->member(definitions, "processor_" + std::string(processor->name));
        ASSERT_NE(schema_of, nullptr) << processor->name;
        const json::Node& properties = *document->member(*schema_of, "properties");
        for (const ParameterDescription& parameter : processor->parameters) {
            const json::Node* described = document->member(properties, parameter.name);
            ASSERT_NE(described, nullptr) << parameter.name;
            EXPECT_THAT(std::string(document->member(*described, "description")->text),
                        testing::StartsWith(std::string(parameter.help)));
        }
        EXPECT_EQ(document->member(properties, "key") != nullptr, processor->takes_key);
    }
}

TEST(Schema, TellsRangesAndStandardsInTheUnitsOfASession) {
    const std::string schema = session_schema(test::kProcessors);
    EXPECT_THAT(schema, HasSubstr(R"("Where it starts. -60 dB to 0 dB", "default": "-10 dB")"));
    EXPECT_THAT(schema,
                HasSubstr(R"("minimum": 1, "maximum": 100, "description": "How much. 1 to 100", "default": 2)"));
    EXPECT_THAT(schema,
                HasSubstr(R"("enum": ["soft", "hard", "off"], "description": "Kind of curve", "default": "soft")"));
}

}  // namespace
}  // namespace dubplate::session
