using Ganglion;
using Ganglion.Brokers;
using Ganglion.Hosting;
using MarketingAssistant.Leads;
using MarketingAssistant.Pitches;
using MarketingAssistant.Sinks;
using MarketingAssistant.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace MarketingAssistant;

/// <summary>One run of the program: publishes leads, shows the timeline, and ends when each of them has come to its end.</summary>
internal sealed class MarketingRun(WebApplication app, RunOptions options)
{
    private readonly Ledger _ledger = new();

    public static async Task<int> RunAsync(RunOptions options)
    {
        try
        {
            List<Lead> leads = LeadFile.Read(options.Input);
            await using SalesDesk desk = await SalesDesk.OpenAsync(Path.Combine(options.Outbox, "sales"));
            await using WebApplication app = MarketingHost.Create(options, desk);
            await new MarketingRun(app, options).RunAsync(leads);
            return 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await FailAsync($"Port {options.Port} is in use: choose another by --port, or 0 for any that is free.");
        }
        catch (Exception exception) when (exception is GanglionException or IOException or UnauthorizedAccessException or FormatException)
        {
            return await FailAsync(exception.Message);
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"marketing-assistant: {message}");
        return 1;
    }

    private async Task RunAsync(List<Lead> leads)
    {
        Announce($"The model is a script ({PitchScript.Model}): offline, and always the same.");
        await app.StartAsync();
        Announce($"Events, and what has gone out, lie in {options.Data}.");
        Announce($"Listening on {app.Urls.First()}");
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await using LeadLog log = await LeadLog.OpenAsync(app.Services.GetRequiredService<IEventBroker>(), stopping);
            Show(await log.ReadPastAsync(stopping));
            var publisher = app.Services.GetRequiredService<IEventPublisher>();
            foreach (Lead lead in leads.Where(lead => _ledger.Expect(lead.LeadId)))
            {
                await publisher.PublishAsync(Channels.New, lead, lead.LeadId, stopping);
            }

            while (_ledger.IsOpen)
            {
                Show(await log.ReadNextAsync(stopping));
            }

            Announce(_ledger.ToString());
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }

        await app.StopAsync(CancellationToken.None);
    }

    private void Show(IEnumerable<LeadEvent> events)
    {
        foreach (LeadEvent one in events)
        {
            Console.WriteLine(options.Json ? one.ToJson() : one.ToString());
            _ledger.Add(one);
        }
    }

    // Beside JSON on the standard output there is room for nothing else.
    private void Announce(string text) => (options.Json ? Console.Error : Console.Out).WriteLine(text);
}
