#include "engine/render/output_names.h"

#include <gtest/gtest.h>

#include "engine/base/file_name.h"

namespace dubplate::render {
namespace {

NameFields fields(const std::string& name = "Drums") {
    NameFields all;
    all.kind = OutputKind::stem;
    all.name = name;
    all.session = "song";
    all.format = audio::parse_file_format("ogg:0.6").value();
    all.rate = 44100;
    all.index = 7;
    return all;
}

std::string complaint(std::string_view name_template, const NameFields& values = fields()) {
    const auto name = output_name(name_template, values);
    if (name) return "no error but " + *name;
    EXPECT_EQ(name.error().code, ErrorCode::bad_argument);
    EXPECT_EQ(name.error().where.substr(0, 13), "name template");
    return name.error().message;
}

TEST(OutputNames, FieldsStandForWhatTheyName) {
    EXPECT_EQ(output_name("{session}/{kind}s/{index} {name} {rate} {format}", fields()).value(),
              "song/stems/07 Drums 44100 ogg-0.6.ogg");
    auto many = fields();
    many.index_digits = 3;
    EXPECT_EQ(output_name("{index}", many).value(), "007.ogg");
}

TEST(OutputNames, StandardsAreMixPremasterAndAFolderOfStems) {
    EXPECT_EQ(standard_template(OutputKind::mix, false), "{name}");
    EXPECT_EQ(output_name(standard_template(OutputKind::stem, false), fields()).value(), "stems/Drums.ogg");
    EXPECT_EQ(output_name(standard_template(OutputKind::stem, true), fields()).value(), "stems/Drums-ogg-0.6.ogg");
}

TEST(OutputNames, AnExtensionThatIsThereIsNotAddedAgain) {
    EXPECT_EQ(output_name("{name}.ogg", fields()).value(), "Drums.ogg");
    EXPECT_EQ(output_name("{name}.OGG", fields()).value(), "Drums.OGG");
    EXPECT_EQ(output_name("{name}.wav", fields()).value(), "Drums.wav.ogg");
    EXPECT_EQ(output_name(".ogg", fields()).value(), ".ogg.ogg");
}

TEST(OutputNames, WhatAFieldHoldsMakesNoFolder) {
    EXPECT_EQ(output_name("{name}", fields("../../etc/passwd")).value(), "_._.._etc_passwd.ogg");
    EXPECT_EQ(output_name("{name}", fields("..")).value(), "__.ogg");
    EXPECT_EQ(output_name("{name}", fields("")).value(), "_.ogg");
    EXPECT_EQ(output_name("{name}", fields("a\nb\\c:d\x7f")).value(), "a_b_c_d_.ogg");
    EXPECT_EQ(output_name("{name}", fields("{kind}")).value(), "{kind}.ogg");
}

TEST(OutputNames, LongNamesAreCutBetweenCharacters) {
    std::string name;
    for (int k = 0; k < 150; ++k) name += "\xc3\xa9";
    EXPECT_EQ(file_name_of("x" + name).size(), 199u);
    EXPECT_EQ(file_name_of(name).size(), 200u);
}

TEST(OutputNames, TemplatesThatLeaveTheFolderAreRefused) {
    EXPECT_EQ(complaint("../{name}"), "holds '..': names lie below the output folder, and say where in full");
    EXPECT_NE(complaint("a/../../{name}").find("'..'"), std::string::npos);
    EXPECT_NE(complaint("{kind}/..").find("'..'"), std::string::npos);
    EXPECT_NE(complaint("./{name}").find("'.'"), std::string::npos);
    EXPECT_EQ(complaint("/tmp/{name}"), "is a path from the root: names lie below the output folder");
}

TEST(OutputNames, EmptyAndOverlongNamesAreRefused) {
    EXPECT_EQ(complaint(""), "makes an empty name");
    EXPECT_EQ(complaint("a//{name}"), "makes an empty name: 'a//Drums'");
    EXPECT_NE(complaint("{name}/").find("makes an empty name"), std::string::npos);
    EXPECT_NE(complaint("{name}{name}", fields(std::string(150, 'x'))).find("makes a name of 300 bytes"),
              std::string::npos);
    EXPECT_EQ(complaint("a\tb"), "holds a control character");
    EXPECT_EQ(complaint(std::string_view("a\0b", 3)), "holds a control character");
}

TEST(OutputNames, UnknownFieldsAndStrayBracesAreExplained) {
    EXPECT_EQ(
        complaint("{nam}"),
        "there is no field '{nam}', did you mean 'name'?; there are 'kind', 'name', 'session', 'format', 'rate' or "
        "'index'");
    EXPECT_EQ(complaint("{name"), "has a '{' without its '}'");
    EXPECT_EQ(complaint("name}"), "has a '}' without its '{'");
    EXPECT_NE(complaint("{}").find("there is no field '{}'"), std::string::npos);
}

TEST(OutputNames, TheSessionsNameIsThatOfItsFile) {
    session::Session session;
    EXPECT_EQ(session_stem(session), "session");
    session.name = "My song";
    EXPECT_EQ(session_stem(session), "My song");
    session.file = "/music/song.v2.dub.json";
    EXPECT_EQ(session_stem(session), "song.v2");
}

}  // namespace
}  // namespace dubplate::render
