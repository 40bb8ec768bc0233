namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ForeignProgramTests
{
    [Fact]
    public void A_program_that_is_not_installed_is_told_with_what_installs_it()
    {
        InvalidOperationException missing = Should.Throw<InvalidOperationException>(() => ForeignProgram.Start("ganglion-no-such-program"));

        missing.Message.ShouldContain("eng/kafka-clients.sh");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_library_that_is_not_installed_is_told_with_what_installs_it()
    {
        await using var python = ForeignProgram.Start(ForeignProgram.Python, "-c", "import ganglion_no_such_module");

        InvalidOperationException missing = await Should.ThrowAsync<InvalidOperationException>(python.EndAsync);

        missing.Message.ShouldContain("eng/kafka-clients.sh");
    }
}
