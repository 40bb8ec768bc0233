using System.Text.Json;
using Ganglion.Testing.Evaluations.Checks;

namespace Ganglion.Testing.Tests.Evaluations;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}""", """{"a":1.0}""", """{"a":1.5}""")]
    [InlineData("""{"required":["a","b"]}""", """{"a":1,"b":2}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"additionalProperties":{"type":"number"}}""", """{"b":1}""", """{"b":"1"}""")]
    [InlineData("""{"type":["string","null"]}""", "null", "1")]
    [InlineData("""{"enum":[1,"a",{"b":[2]}]}""", """{"b":[2]}""", """{"b":[3]}""")]
    [InlineData("""{"const":{"a":1,"b":2}}""", """{"b":2,"a":1}""", """{"a":1}""")]
    [InlineData("""{"items":{"type":"string"},"minItems":1,"maxItems":2,"uniqueItems":true}""", """["a","b"]""", """["a","a"]""")]
    [InlineData("""{"minItems":1}""", "[1]", "[]")]
    [InlineData("""{"maxItems":1}""", "[1]", "[1,2]")]
    [InlineData("""{"items":{"type":"string"}}""", """["a"]""", "[1]")]
    [InlineData("""{"minLength":2,"maxLength":2}""", "\"\ud83d\ude00x\"", "\"\ud83d\ude00\"")]
    [InlineData("""{"maxLength":2}""", "\"ab\"", "\"abc\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"minimum":1,"maximum":2}""", "2", "2.1")]
    [InlineData("""{"minimum":1}""", "1", "0")]
    [InlineData("""{"exclusiveMinimum":1}""", "1.1", "1")]
    [InlineData("""{"exclusiveMaximum":1}""", "0.9", "1")]
    [InlineData("""{"minProperties":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"maxProperties":1}""", """{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "null", "1")]
    [InlineData("""{"oneOf":[{"minimum":1},{"minimum":2}]}""", "1", "2")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "1", "3")]
    [InlineData("""{"not":{"type":"string"}}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}},"required":["v"]}},"$ref":"#/$defs/n"}""", """{"v":1,"next":{"v":2}}""", """{"v":1,"next":{}}""")]
    [InlineData("""{"not":false}""", "1", null)]
    [InlineData("true", "1", null)]
    [InlineData("false", null, "1")]
    public void A_value_fits_or_does_not(string schema, string? good, string? bad)
    {
        JsonSchema parsed = JsonSchema.Parse(JsonElement.Parse(schema));

        if (good is not null)
        {
            parsed.Validate(JsonElement.Parse(good)).ShouldBeEmpty();
        }

        if (bad is not null)
        {
            parsed.Validate(JsonElement.Parse(bad)).ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData("""{"typ":"string"}""")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"type":[]}""")]
    [InlineData("""{"pattern":"(a"}""")]
    [InlineData("""{"pattern":"(?=a)"}""")]
    [InlineData("""{"$ref":"#/$defs/none"}""")]
    [InlineData("""{"$ref":"https://example.com/schema"}""")]
    [InlineData("""{"minLength":-1}""")]
    [InlineData("""{"anyOf":[]}""")]
    [InlineData("""{"properties":{"a":{"patternProperties":{}}}}""")]
    [InlineData("""{"required":"a"}""")]
    public void What_is_not_understood_is_refused(string schema) => Should.Throw<ArgumentException>(() => JsonSchema.Parse(JsonElement.Parse(schema)));

    [Fact]
    public void A_schema_that_refers_to_itself_for_ever_comes_to_an_end() =>
        JsonSchema.Parse(JsonElement.Parse("""{"$ref":"#"}""")).Validate(JsonElement.Parse("1")).ShouldHaveSingleItem().ShouldContain("too deep");
}
