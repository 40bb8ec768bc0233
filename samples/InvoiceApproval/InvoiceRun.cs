using Ganglion;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Kafka;
using InvoiceApproval.Input;
using InvoiceApproval.Models;
using InvoiceApproval.Output;
using InvoiceApproval.Reviews;
using InvoiceApproval.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace InvoiceApproval;

/// <summary>One run of the program, from its host to its exit code.</summary>
internal sealed class InvoiceRun
{
    private const int AssumedWidth = 80;

    private readonly RunOptions _options;
    private readonly WebApplication _app;
    private readonly IAnsiConsole _console = CreateConsole();
    private readonly Ledger _ledger;
    private readonly ITimeline _timeline;
    private readonly LogFollower _follower;
    private readonly ReviewPrompt? _prompt;

    private InvoiceRun(RunOptions options, WebApplication app)
    {
        _options = options;
        _app = app;
        _follower = Get<LogFollower>();
        _ledger = Get<Ledger>();
        _timeline = options.Json ? new JsonTimeline(StandardOutput.Open()) : new TextTimeline(_console);
        _prompt = options.CanAsk ? new ReviewPrompt(Get<IEventPublisher>(), _ledger, _console) : null;
    }

    public static async Task<int> RunAsync(RunOptions options)
    {
        if (options.Fault() is { } fault)
        {
            return Ending.Misused(fault);
        }

        StandardOutput.UseForConsole();
        try
        {
            await using WebApplication app = CreateHost(options);
            await new InvoiceRun(options, app).RunAsync();
            return 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            int port = options.Port ?? GanglionWebApplicationBuilderExtensions.GanglionPort;
            return Ending.Failed($"Port {port} is in use: choose another by --port, or 0 for any that is free.");
        }
        catch (IOException exception) when (StandardOutput.IsClosed(exception))
        {
            return 0;
        }
        catch (Exception exception) when (exception is GanglionException or IOException or UnauthorizedAccessException)
        {
            return Ending.Failed(exception.Message);
        }
    }

    private static WebApplication CreateHost(RunOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "InvoiceApproval" });
        builder.ListenOnLoopback();
        if (options.Port is { } port)
        {
            // What the command line says counts more than what the environment says.
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        }

        // The timeline tells what is parked and what waits; the log is for what nobody expects.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Ganglion.Agents", LogLevel.Critical).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        // Of which partitions this process has of what several share.
        builder.Logging.AddFilter("Ganglion.Kafka.Groups", LogLevel.Information);

        builder.Services.AddSingleton(builder.Configuration.GetSection("Review").Get<ReviewPolicy>() ?? new ReviewPolicy());
        builder.Services.AddSingleton<IChatClient>(_ => InvoiceRules.CreateModel());
        builder.Services.AddSingleton<InvoiceModel>();
        builder.Services.AddSingleton<LogFollower>();
        builder.Services.AddSingleton(new Ledger(new EventDataOptions().Json));
        builder.Services.AddHostedService<TopicSetup>();
        builder.AddGanglion(ganglion =>
        {
            _ = options.Kafka is { } servers ? ganglion.UseKafka(servers) : ganglion.UseEmbeddedBroker(options.Data, broker =>
            {
                if (options.KafkaPort is { } kafkaPort)
                {
                    broker.ListenForKafka($"127.0.0.1:{kafkaPort}");
                }
            });
            ganglion.AddAgent<InvoiceClassifier>();
            if (options.AutoApprove)
            {
                ganglion.AddAgent<AutoReviewer>();
            }
        });

        WebApplication app = builder.Build();
        app.MapGanglion();
        return app;
    }

    private async Task RunAsync()
    {
        await _app.StartAsync();
        Announce($"Listening on {_app.Urls.First()}");
        Announce($"Events lie {(_options.Kafka is { } servers ? $"on Kafka at {servers}" : $"in {_options.Data}")}. Ctrl-C ends.");

        if (_options.KafkaPort is { } kafkaPort)
        {
            Announce($"Kafka clients connect to 127.0.0.1:{kafkaPort}");
        }

        CancellationToken stopping = _app.Lifetime.ApplicationStopping;
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task following = _follower.FollowAsync(Take, finished.Token);
        Task publishing = new InvoicePublisher(Get<IEventBroker>(), Get<TimeProvider>())
            .PublishAsync(InvoiceInput.From(_options), finished.Token);
        Task asking = _prompt?.RunAsync(finished.Token) ?? Task.CompletedTask;
        Task done = WaitUntilDoneAsync(publishing, finished.Token);
        try
        {
            // Whichever fails ends the run; only the last can end it well.
            await await Task.WhenAny(following, FailureOf(publishing), FailureOf(asking), done);
            Announce(_ledger.ToString());
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (IOException exception) when (StandardOutput.IsClosed(exception))
        {
            // Nobody reads any more, as behind "… --json | head -1": that is an end like any other.
        }

        await finished.CancelAsync();
        await Task.WhenAll(following, publishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.StopAsync();
    }

    private void Take(IReadOnlyList<LoggedEvent> events)
    {
        foreach (LoggedEvent logged in events)
        {
            _ledger.Add(logged);
        }

        // Before anybody sees that the question before is settled.
        _prompt?.Choose();
        foreach (LoggedEvent logged in events.Where(logged => logged.IsNew))
        {
            _timeline.Show(logged);
        }

        _timeline.Flush();
        _prompt?.Announce();
    }

    /// <summary>Completes when the whole input is published, and every invoice on the log is classified or parked.</summary>
    private async Task WaitUntilDoneAsync(Task publishing, CancellationToken cancellationToken)
    {
        await publishing;
        using var timer = new PeriodicTimer(_options.ExitWhenDone ? TimeSpan.FromMilliseconds(50) : Timeout.InfiniteTimeSpan);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // Answers come to the agent through its inbox.
            if (await _follower.HasHandledAllAsync($"{InvoiceClassifier.Name}.answers", [Channels.ReviewCompleted], cancellationToken)
                && await _follower.HasHandledAllAsync(InvoiceClassifier.Name, [Channels.Created, $"{InvoiceClassifier.Name}.inbox"], cancellationToken)
                && await _follower.HasSeenAllAsync(cancellationToken)
                && _ledger.Waiting.Count == 0)
            {
                return;
            }
        }
    }

    private static async Task FailureOf(Task task)
    {
        await task;
        await Task.Delay(Timeout.InfiniteTimeSpan);
    }

    // Beside JSON on the standard output there is room for nothing else.
    private void Announce(string text) => (_options.Json ? Console.Error : Console.Out).WriteLine(text);

    private T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    // Into a pipe a line is a line, however long.
    private static IAnsiConsole CreateConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = Console.IsOutputRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        console.Profile.Width = Console.IsOutputRedirected ? 10_000 : Console.WindowWidth is > 0 and int width ? width : AssumedWidth;
        return console;
    }
}
