using Ganglion.Agents;

namespace Ganglion.Tests.Agents;

public sealed class AgentTypeTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Invoice_Classifier-2.eu")]
    public void A_name_of_the_characters_of_topics_is_a_type(string name) => new AgentType(name).ToString().ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData(null)]
    public void Other_names_are_none(string? name)
    {
        AgentType.IsValid(name).ShouldBeFalse();
        AgentType.TryParse(name, null, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => new AgentType(name!));
    }

    [Fact]
    public void A_name_leaves_room_for_the_suffixes_of_the_agents_topics()
    {
        AgentType.IsValid(new string('a', AgentType.MaxLength)).ShouldBeTrue();
        AgentType.IsValid(new string('a', AgentType.MaxLength + 1)).ShouldBeFalse();
    }
}
