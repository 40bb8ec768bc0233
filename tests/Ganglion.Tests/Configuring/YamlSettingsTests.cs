using Ganglion.Configuring;

namespace Ganglion.Tests.Configuring;

public sealed class YamlSettingsTests
{
    [Theory]
    [InlineData("a: 1\nb: [x, \"2\", 0.5, true, ~]\n", """{"a":1,"b":["x","2",0.5,true,null]}""")]
    [InlineData("text: |\n  two\n  lines\n", """{"text":"two\nlines\n"}""")]
    [InlineData("- 2026-11-22\n- 1.2.3\n- -\n- +5\n- 1e3\n- .inf\n- 00:00:30\n", """["2026-11-22","1.2.3",[null],5,1000,".inf","00:00:30"]""")]
    [InlineData("base: &b {x: 1}\nagain: *b\n", """{"base":{"x":1},"again":{"x":1}}""")]
    [InlineData("", "null")]
    public void Yaml_is_read_as_the_JSON_that_it_stands_for(string yaml, string json) => YamlSettings.Read(yaml).GetRawText().ShouldBe(json);

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("{[1]: 2}")]
    [InlineData("---\na: 1\n---\nb: 2\n")]
    public void What_stands_for_no_JSON_is_refused(string yaml) => Should.Throw<FormatException>(() => YamlSettings.Read(yaml));

    [Fact]
    public void What_would_become_larger_than_anybody_can_hold_is_refused()
    {
        string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Should.Throw<FormatException>(() => YamlSettings.Read(bomb));
    }
}
