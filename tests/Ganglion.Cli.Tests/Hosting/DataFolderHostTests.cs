using Ganglion.Cli.Hosting;

namespace Ganglion.Cli.Tests.Hosting;

public sealed class DataFolderHostTests
{
    [Fact]
    public void A_temporary_folder_too_deep_for_a_socket_is_refused_with_a_remedy()
    {
        DataFolderHost.CheckTemporaryFolder("/tmp");

        Should.Throw<CliException>(() => DataFolderHost.CheckTemporaryFolder("/tmp/" + new string('x', 80)))
            .Message.ShouldContain("TMPDIR");
    }
}
