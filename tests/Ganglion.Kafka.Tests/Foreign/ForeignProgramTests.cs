namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ForeignProgramTests
{
    [Fact]
    public void A_program_that_is_not_installed_is_told_with_what_installs_it()
    {
        InvalidOperationException missing = Should.Throw<InvalidOperationException>(() => ForeignProgram.Start("ganglion-no-such-program"));

        missing.Message.ShouldContain("eng/kafka-clients.sh");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, "-c", "import ganglion_no_such_module")]
    [InlineData("node", "-e", "require('ganglion-no-such-module')")]
    public async Task A_library_that_is_not_installed_is_told_with_what_installs_it(string? program, string option, string code)
    {
        await using var interpreter = ForeignProgram.Start(program ?? ForeignProgram.Python, option, code);

        InvalidOperationException missing = await Should.ThrowAsync<InvalidOperationException>(interpreter.EndAsync);

        missing.Message.ShouldContain("eng/kafka-clients.sh");
    }
}
