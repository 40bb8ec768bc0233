using Ganglion.Agents;

namespace Ganglion.Tests.Agents;

public sealed class AgentIdTests
{
    [Theory]
    [InlineData("INV-1001")]
    [InlineData("")]
    [InlineData("a/b//c")]
    [InlineData("Käse \u0001 🧀 %2F")]
    [InlineData(" ")]
    public void An_id_survives_being_written_and_read_whatever_its_key_holds(string key)
    {
        var id = new AgentId(new AgentType("invoice-classifier"), key);

        AgentId.Parse(id.ToString()).ShouldBe(id);
    }

    [Theory]
    [InlineData("classifier")]
    [InlineData("/key")]
    [InlineData("two words/key")]
    [InlineData(null)]
    public void A_text_without_a_type_and_a_slash_is_no_id(string? text) => AgentId.TryParse(text, null, out _).ShouldBeFalse();

    [Fact]
    public void What_is_no_id_is_said_with_an_example()
    {
        FormatException exception = Should.Throw<FormatException>(() => AgentId.Parse("classifier"));

        exception.Message.ShouldContain("'classifier'");
        exception.Message.ShouldContain("invoice-classifier/INV-1001");
    }
}
