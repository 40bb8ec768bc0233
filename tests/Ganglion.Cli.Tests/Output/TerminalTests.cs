using System.Text;
using Ganglion.Brokers.Listener;
using Ganglion.Cli.Output;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Ganglion.Cli.Tests.Output;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_screen_that_takes_no_colours_gets_none(bool isPlain)
    {
        using var output = new MemoryStream();
        var terminal = new Terminal(Stream.Null, output, TextWriter.Null, width: 80, isPlain: isPlain);

        terminal.WriteLine(new Markup("[green]go[/]"));
        await terminal.FlushAsync();

        Encoding.UTF8.GetString(output.ToArray()).Contains('\u001b').ShouldBe(!isPlain);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(120)]
    public async Task Neither_a_line_nor_a_table_can_act_on_the_terminal(int? width)
    {
        using var output = new MemoryStream();
        var terminal = new Terminal(Stream.Null, output, TextWriter.Null, width, isPlain: true);
        var table = new TextTable("NAME");
        table.Add("\u001b[2J\u202etable\u0085");

        terminal.WriteLine("\u001b]0;line\u0007\r");
        table.WriteTo(terminal);
        await terminal.FlushAsync();

        string written = Encoding.UTF8.GetString(output.ToArray());
        written.Where(character => character != '\n').ShouldAllBe(character => !char.IsControl(character) && character != '\u202e');
        written.ShouldStartWith("\\u001b]0;line\\u0007\\r\n");
        written.ShouldContain("\\u001b[2J\\u202etable\\u0085");
    }

    [Fact]
    public void What_the_host_reports_is_one_line_that_cannot_act_on_the_terminal()
    {
        using var error = new StringWriter();
        using ILoggerFactory loggers = TerminalLogger.CreateFactory(new Terminal(Stream.Null, Stream.Null, error));

        loggers.CreateLogger("Ganglion.AspNetCore").LogError(new IOException("No\nspace."), "{Path} failed.", "/topics/\u001b[2J");
        loggers.CreateLogger("Ganglion.AspNetCore").LogInformation("All is well.");
        loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").LogError("The command says so itself.");

        error.ToString().TrimEnd().ShouldBe("ganglion: /topics/\\u001b[2J failed. IOException: No\\nspace.");
    }

    [Fact]
    public void What_a_listener_for_clients_of_Kafka_reports_names_the_options_of_the_command_line()
    {
        using var error = new StringWriter();
        using ILoggerFactory loggers = TerminalLogger.CreateFactory(new Terminal(Stream.Null, Stream.Null, error, width: 80));

        loggers.CreateLogger<KafkaListener>().LogWarning("Set Sasl (or ClientCertificates of Tls), or set Tls of the listener.");
        loggers.CreateLogger<TerminalTests>().LogWarning("Set Tls of the listener.");

        error.ToString().ShouldContain("Set --kafka-users, or set --kafka-certificate.");
        error.ToString().ShouldContain("Set Tls of the listener.");
    }
}
