using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Ganglion.Cli.Client;
using Ganglion.Cli.Commands;
using Ganglion.Cli.Output;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli;

/// <summary>Runs one command line from its words to its exit code.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Misused = 2;
    private const int Interrupted = 130;

    // What begins with @ is a value like others; a command decides by itself what it is a file for.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        using ILoggerFactory loggers = TerminalLogger.CreateFactory(terminal);
        ParseResult parsed = Create(terminal, new Connection(loggers)).Parse(args, Parsing);
        if (parsed.Action is ParseErrorAction)
        {
            terminal.WriteError($"{InPlainWords(parsed.Errors[0].Message)} See '{NameOf(parsed.CommandResult)} --help'.");
            return Misused;
        }

        using var help = new StringWriter();
        try
        {
            int exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
                    Output = help,
                    Error = terminal.Error,
                },
                cancellationToken).ConfigureAwait(false);
            terminal.Write(help.ToString());
            await terminal.FlushAsync().ConfigureAwait(false);
            return exitCode;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (IOException exception) when (Terminal.IsClosed(exception))
        {
            return 0;
        }
        catch (Exception exception)
        {
            terminal.WriteError(IsForeseen(exception) ? exception.Message : $"unexpectedly failed: {exception.GetType().Name}: {exception.Message}");
            return Failed;
        }
    }

    private static bool IsForeseen(Exception exception) =>
        exception is GanglionException or IOException or UnauthorizedAccessException or HttpRequestException;

    // A root command would take its name from the assembly; the tool has another.
    private static Command Create(Terminal terminal, Connection connection)
    {
        var help = new HelpOption { Recursive = true };
        var root = new Command("ganglion", "Looks into a running Ganglion, or into a data folder that nobody holds.")
        {
            help,
            new VersionOption(),
            connection.Server,
            connection.Data,
            new DevCommand(terminal, connection),
            new TopicsCommand(terminal, connection),
            new ProduceCommand(terminal, connection),
            new ConsumeCommand(terminal, connection),
            new GroupsCommand(terminal, connection),
            new DeadLettersCommand(terminal, connection),
            new StateCommand(terminal, connection),
            new PipelineCommand(terminal, connection),
            new SupervisionCommand(terminal, connection),
            PauseCommands.CreatePause(terminal, connection),
            PauseCommands.CreateResume(terminal, connection),
            PauseCommands.CreateList(terminal, connection),
            new ApprovalsCommand(terminal, connection),
            new BudgetsCommand(terminal, connection),
            new RoutesCommand(terminal, connection),
            new GuardCommand(terminal, connection),
            new EvalCommand(terminal),
            new DoctorCommand(terminal, connection),
        };
        root.SetAction(command => ((SynchronousCommandLineAction)help.Action!).Invoke(command));
        return root;
    }

    // Of what .NET type a value is to be is nothing to people.
    private static string InPlainWords(string error) => error.Split(" as expected type ") is [var fault, _] ? $"{fault}." : error;

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;
}
