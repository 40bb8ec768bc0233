using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BrokerProcess;

/// <summary>
/// An agent whose state changes until the disk is full. Then the file <c>balloon</c> is removed, and it goes on. Tells line by line what
/// happens, and in the end whether each acknowledged event has changed the state once.
/// </summary>
internal static class Remembering
{
    private const string Topic = "pages.written";
    private const int Instances = 4;
    private static readonly AgentType Agent = new("book");
    private static readonly string Text = new('x', 20_000);

    public static async Task RunAsync(EmbeddedBroker broker, string folder)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "BrokerProcess" });
        var log = new CommitFailures();
        builder.Logging.AddProvider(log);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddAgent("book", agent => agent.On<Page>(Topic, Write), options => options.Partitions = 2));
        using IHost host = builder.Build();
        await host.StartAsync();
        IEventPublisher publisher = host.Services.GetRequiredService<IEventPublisher>();
        IAgentStatuses statuses = host.Services.GetRequiredService<IAgentStatuses>();
        int written = 0;
        try
        {
            for (; ; written++)
            {
                await publisher.PublishAsync(Topic, new Page(written, Text), KeyOf(written));
            }
        }
        catch (StorageException exception)
        {
            Console.WriteLine($"refused: {exception.Code}");
        }

        // It has been told why, and waits for room.
        Console.WriteLine($"told: {await log.First.Task}");
        Console.WriteLine($"works: {statuses.List().Single().IsWorking}");
        File.Delete(Path.Combine(folder, "balloon"));
        while (!await TryPublishAsync(publisher, new Page(written, Text)))
        {
            await Task.Delay(50);
        }

        written++;
        var states = new AgentStates(broker);
        while ((await PagesAsync(states)).Sum(pages => pages.Count) < written)
        {
            await Task.Delay(50);
        }

        bool isExact = (await PagesAsync(states)).Select((pages, instance) =>
            pages.SequenceEqual(Enumerable.Range(0, written).Where(page => KeyOf(page) == $"{instance}"))).All(exact => exact);
        Console.WriteLine($"exact: {isExact}");
        await host.StopAsync();
    }

    private static void Write(Page page, AgentContext context) => context.ChangeState<Book, Page>(page);

    private static string KeyOf(int page) => $"{page % Instances}";

    private static async Task<bool> TryPublishAsync(IEventPublisher publisher, Page page)
    {
        try
        {
            await publisher.PublishAsync(Topic, page, KeyOf(page.Number));
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static async Task<List<List<int>>> PagesAsync(AgentStates states)
    {
        var pages = new List<List<int>>();
        for (int instance = 0; instance < Instances; instance++)
        {
            pages.Add((await states.FindAsync(new AgentId(Agent, $"{instance}")))?.Read<Book>().Pages ?? []);
        }

        return pages;
    }

    /// <summary>A page of a book, with so much text that a disk is soon full of them.</summary>
    private sealed record Page(int Number, string Text);

    /// <summary>What the agent remembers: snapshots hold a thousand characters for each page.</summary>
    private sealed class Book : IApply<Page>
    {
        public List<int> Pages { get; init; } = [];

        public List<string> Texts { get; init; } = [];

        public void Apply(Page change)
        {
            Pages.Add(change.Number);
            Texts.Add(change.Text[..1000]);
        }
    }

    /// <summary>The first reason why a commit is tried again.</summary>
    private sealed class CommitFailures : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> First { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is StorageException { Code: var code })
            {
                First.TrySetResult(code);
            }
        }

        public void Dispose()
        {
        }
    }
}
