using System.Text.Json;
using Ganglion;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loan;

/// <summary>One run of the program: submits loans, shows the timeline, and ends when all is done.</summary>
internal sealed class LoanRun(IHost host, bool asJson)
{
    // Three results, or a dead letter in the place of one, and the decision.
    private const int EventsOfALoan = 4;

    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;
    private readonly Dictionary<string, int> _done = [];
    private readonly HashSet<string> _open = [];

    public static async Task<int> RunAsync(IEnumerable<string> lines, string data, int? kafkaPort, bool asJson)
    {
        try
        {
            List<LoanRequest> loans = [.. lines.Where(line => line.Length > 0).Select(Parse)];
            using IHost host = CreateHost(data, kafkaPort);
            await new LoanRun(host, asJson).RunAsync(loans);
            return 0;
        }
        catch (Exception exception) when (exception is GanglionException or IOException or UnauthorizedAccessException or FormatException)
        {
            await Console.Error.WriteLineAsync($"loan: {exception.Message}");
            return 1;
        }
    }

    private static IHost CreateHost(string data, int? kafkaPort)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();

        // The timeline tells what is parked; the log is for what nobody expects.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Ganglion.Agents", LogLevel.Critical).AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        builder.Services.AddSingleton(builder.Configuration.GetSection("Loan").Get<LoanPolicy>() ?? new LoanPolicy());
        builder.Services.AddSingleton(new Outbox(Path.Combine(data, "outbox")));
        builder.Services.AddSingleton<CreditBureau>();

        // Each agent is a consumer group of its own: a fourth that wants to know of loans is one more line.
        builder.AddGanglion(ganglion => ganglion
            .UseEmbeddedBroker(Path.Combine(data, "log"), broker =>
            {
                if (kafkaPort is { } port)
                {
                    broker.ListenForKafka($"127.0.0.1:{port}");
                }
            })
            .AddAgent<LoanDesk>()
            .AddAgent<CreditCheck>()
            .AddAgent<SalesNotice>()
            .AddAgent<DocumentWriter>());
        return builder.Build();
    }

    private async Task RunAsync(List<LoanRequest> loans)
    {
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await using LoanLog log = await LoanLog.OpenAsync(host.Services.GetRequiredService<IEventBroker>(), stopping);
        IReadOnlyList<LoanEvent> past = await log.ReadPastAsync(stopping);
        await host.StartAsync(stopping);
        try
        {
            // What an earlier run has submitted is on the log, and goes on from there.
            HashSet<string?> submitted = [.. past.Where(one => one.Topic == Channels.Submitted).Select(one => one.LoanId)];
            _open.UnionWith(loans.Select(loan => loan.LoanId));
            Show(past);
            var publisher = host.Services.GetRequiredService<IEventPublisher>();
            foreach (LoanRequest loan in loans.Where(loan => submitted.Add(loan.LoanId)))
            {
                await publisher.PublishAsync(Channels.Submitted, loan, loan.LoanId, stopping);
            }

            while (_open.Count > 0)
            {
                Show(await log.ReadNextAsync(stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }

        await host.StopAsync(CancellationToken.None);
    }

    private void Show(IEnumerable<LoanEvent> events)
    {
        foreach (LoanEvent one in events)
        {
            Console.WriteLine(asJson ? JsonSerializer.Serialize(one, Json) : one.ToString());
            Count(one);
        }
    }

    private void Count(LoanEvent one)
    {
        if (one.LoanId is not { } loan || one.Topic is Channels.Submitted or Channels.SubmissionParked)
        {
            return;
        }

        if (one.Topic == Channels.Requested)
        {
            _open.Add(loan);
        }
        else if ((_done[loan] = _done.GetValueOrDefault(loan) + 1) == EventsOfALoan)
        {
            _open.Remove(loan);
        }
    }

    private static LoanRequest Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LoanRequest>(line, Json) is { LoanId.Length: > 0 } loan
                ? loan
                : throw new FormatException($"'{line}' is no loan: give it a loan_id.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"'{line}' is no loan: {exception.Message}", exception);
        }
    }
}
