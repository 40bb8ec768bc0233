using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Oversight;
using Ganglion.Routes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Hosting;

/// <summary>Looks every second whether a rule asks for something to be stopped. Every host looks: to stop what is stopped changes nothing.</summary>
/// <param name="registrations">The rules that were added.</param>
/// <param name="services">The services of the host.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class StopRuleService(IEnumerable<StopRuleRegistration> registrations, IServiceProvider services, ILogger<StopRuleService> logger)
    : IHostedService, IAsyncDisposable
{
    private const string Section = "Ganglion:StopRules";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = logger;
    private Task _watching = Task.CompletedTask;

    /// <summary>Released after each look at all rules, for whoever waits for one.</summary>
    internal SemaphoreSlim Looked { get; } = new(0);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, StopRule> rules = ReadRules();
        if (rules.Count > 0)
        {
            _watching = Task.Run(() => WatchAsync(rules), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Nobody stops a host that has not started.
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
        Looked.Dispose();
    }

    private Dictionary<string, StopRule> ReadRules()
    {
        var rules = new Dictionary<string, StopRule>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        foreach (StopRuleRegistration registration in registrations)
        {
            registration.Configure(RuleOf(registration.Name));
        }

        foreach (IConfigurationSection section in services.GetService<IConfiguration>()?.GetSection(Section).GetChildren() ?? [])
        {
            OptionsBinding.Bind(section, RuleOf(section.Key), faults);
        }

        foreach ((string name, StopRule rule) in rules)
        {
            rule.Validate($"{Section}:{name}", faults);
        }

        return faults.Count == 0 ? rules : throw new RouteException(
            "stop-rule-invalid", $"Rules that stop something are not set as they must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}");

        StopRule RuleOf(string name) => rules.TryGetValue(name, out StopRule? known) ? known : rules[name] = new StopRule();
    }

    private async Task WatchAsync(Dictionary<string, StopRule> rules)
    {
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        EventDataSerializer data = services.GetRequiredService<EventDataSerializer>();
        IEventBroker broker = services.GetRequiredService<IEventBroker>();
        var counts = rules.Select(rule =>
            (Name: rule.Key, Rule: rule.Value, Count: new StopRuleCount(rule.Value), Alerts: new StopRuleAlerts(rule.Value, broker, data))).ToArray();
        long started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Pace, time);
        do
        {
            foreach ((string name, StopRule rule, StopRuleCount count, StopRuleAlerts alerts) in counts)
            {
                await LookAsync(name, rule, count, alerts, time.GetElapsedTime(started)).ConfigureAwait(false);
            }

            Looked.Release();
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async Task LookAsync(string name, StopRule rule, StopRuleCount count, StopRuleAlerts alerts, TimeSpan at)
    {
        try
        {
            string? reason = rule.Budget is null
                ? await LookAsync(rule, count, at).ConfigureAwait(false)
                : await alerts.LookAsync(_stopping.Token).ConfigureAwait(false);
            if (reason is not null)
            {
                await ActAsync(rule, $"rule {name}", reason).ConfigureAwait(false);
            }

            if (reason is not null || await IsStoppedAsync(rule).ConfigureAwait(false))
            {
                // Who lifts it does so for what has come until then.
                count.Forget();
                alerts.Forget();
            }
        }
        catch (Exception exception) when (exception is GanglionException)
        {
            LogNotLooked(exception, name, Pace);
        }
    }

    private async ValueTask<string?> LookAsync(StopRule rule, StopRuleCount count, TimeSpan at)
    {
        long counted = await CountAsync(rule.Topic).ConfigureAwait(false);
        long beside = rule.Of is null ? 0 : await CountAsync(rule.Of).ConfigureAwait(false);
        return count.Look(at, counted, beside);
    }

    private async ValueTask<long> CountAsync(string topic) =>
        (await services.GetRequiredService<IEventBroker>().Topics.FindAsync(topic, _stopping.Token).ConfigureAwait(false))
            ?.Partitions.Sum(partition => partition.LatestOffset) ?? 0;

    private async ValueTask<bool> IsStoppedAsync(StopRule rule)
    {
        if (rule.Stop is { } channel)
        {
            return IsStopped(await services.GetRequiredService<RouteTable>().FindAsync(channel, _stopping.Token).ConfigureAwait(false));
        }

        IReadOnlyList<Pause> pauses = await services.GetRequiredService<Pauses>().ListAsync(_stopping.Token).ConfigureAwait(false);
        return pauses.Any(pause => pause.Target.ToString() == rule.Pause);
    }

    private static bool IsStopped(Route route) => route.Stages.Any(stage => stage.Name == StopRule.Stage);

    private async ValueTask ActAsync(StopRule rule, string by, string reason)
    {
        if (rule.Pause is { } text && PauseTarget.TryParse(text, out PauseTarget target))
        {
            await services.GetRequiredService<Pauses>().PauseAsync(target, by, reason, cancellationToken: _stopping.Token).ConfigureAwait(false);
            return;
        }

        RouteTable table = services.GetRequiredService<RouteTable>();
        Route route = await table.FindAsync(rule.Stop!, _stopping.Token).ConfigureAwait(false);
        if (!IsStopped(route))
        {
            await table.ChangeAsync(route.Insert(StageOf(rule)), by, reason, _stopping.Token).ConfigureAwait(false);
        }
    }

    private static Stage StageOf(StopRule rule)
    {
        var settings = new JsonObject { ["reason"] = "hard stop" };
        if (rule.Queue is { } queue)
        {
            settings["queue"] = queue;
        }

        return new Stage(StopRule.Stage, "approval") { Settings = JsonElement.Parse(settings.ToJsonString()) };
    }

    [LoggerMessage(250, LogLevel.Error, "Whether the rule {Rule} asks for a stop cannot be found out; it is looked at again in {Pause}.")]
    private partial void LogNotLooked(Exception exception, string rule, TimeSpan pause);
}
