using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Control;
using Ganglion.Events;
using Microsoft.Extensions.Logging;

namespace Ganglion.Registry;

/// <summary>
/// Who hosts which agents, over all processes on the broker. Each host keeps one entry in the compacted topic <c>ganglion.agents</c> and
/// writes it again and again; one that is not heard of for <see cref="Expiry"/> counts as dead.
/// </summary>
internal sealed partial class AgentRegistry : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    public const string Topic = "ganglion.agents";

    /// <summary>The type of its events.</summary>
    public const string Announced = "agent_host_announced";

    /// <summary>How long a host counts without being heard of. Clocks of hosts must not differ by more than a part of it.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(30);

    /// <summary>How often a host lets itself be heard.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // Whoever comes by removes what is dead for so long.
    private static readonly TimeSpan Decay = TimeSpan.FromMinutes(10);

    private readonly string _self = $"{Environment.MachineName}-{Guid.CreateVersion7():n}";
    private readonly ConcurrentDictionary<string, KnownHost> _hosts = new(StringComparer.Ordinal);
    private readonly ControlTopic _topic;

    // Until which timestamp each agent is hosted by somebody, for whoever sends: made anew with each entry.
    private volatile FrozenDictionary<string, long> _hostedUntil = FrozenDictionary<string, long>.Empty;
    private readonly string _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<HostedAgent>? _hosted;
    private Task _beating = Task.CompletedTask;

    public AgentRegistry(IEventBroker broker, string source, TimeProvider time, ILogger logger)
    {
        _source = source;
        _time = time;
        _logger = logger;
        _topic = new ControlTopic(broker, Topic, Apply, time, logger);
    }

    /// <summary>The kinds of stages of routes that this process has the code for.</summary>
    public IReadOnlyList<string> StageKinds { get; init; } = [];

    /// <summary>Completes when this process announces itself no more: it has withdrawn, or the broker was disposed of.</summary>
    public Task Ended => _beating;

    /// <summary>Announces what this process hosts, from now on until <see cref="WithdrawAsync"/>.</summary>
    public async ValueTask AnnounceAsync(IReadOnlyList<HostedAgent> agents, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _hosted = agents;
            await WriteAsync(agents, cancellationToken).ConfigureAwait(false);
            if (_beating.IsCompleted)
            {
                // The first beat is due from now on, whenever the loop begins.
                var timer = new PeriodicTimer(Heartbeat, _time);
                _beating = Task.Run(() => BeatAsync(timer), CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>This process hosts nothing any more.</summary>
    public async ValueTask WithdrawAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_hosted is not null)
        {
            _hosted = null;
            await _topic.WriteAsync(_self, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether anybody hosts an agent. Only where nobody is known to is the topic asked for news.</summary>
    public async ValueTask<bool> IsHostedAsync(AgentType agent, CancellationToken cancellationToken)
    {
        if (!IsKnown(agent))
        {
            await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }

        return IsKnown(agent);
    }

    /// <summary>Whether anybody hosts an agent, as far as has been read.</summary>
    public bool IsKnown(AgentType agent) => _hostedUntil.TryGetValue(agent.Name, out long until) && until > _time.GetTimestamp();

    /// <summary>All agents that are hosted now, by name, newest versions first.</summary>
    public async ValueTask<IReadOnlyList<AgentMetadata>> ListAsync(CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        long now = _time.GetTimestamp();
        IEnumerable<AgentMetadata> agents =
            from host in _hosts.Values
            where host.Until > now
            from agent in host.Announcement.Agents
            where AgentType.IsValid(agent.Agent)
            group (host.Announcement.Host, agent) by (agent.Agent, agent.Version) into hosted
            let newest = hosted.MaxBy(one => one.Host, StringComparer.Ordinal).agent
            select new AgentMetadata(
                new AgentType(newest.Agent), newest.Version, newest.Description, newest.Capabilities, newest.Handles,
                [.. hosted.Select(one => one.Host).Order(StringComparer.Ordinal)]);
        return [.. agents.OrderBy(agent => agent.Type.Name, StringComparer.Ordinal).ThenByDescending(agent => agent.Version, VersionOrder.Instance)];
    }

    /// <summary>The kinds of stages of routes that any host has the code for, of those that are alive.</summary>
    public async ValueTask<IReadOnlyCollection<string>> ListStageKindsAsync(CancellationToken cancellationToken)
    {
        await _topic.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        long now = _time.GetTimestamp();
        return _hosts.Values.Where(host => host.Until > now).SelectMany(host => host.Announcement.Stages).ToHashSet(StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _topic.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    // Periodic, so that a beat that takes long does not put the next one off.
    private async Task BeatAsync(PeriodicTimer timer)
    {
        using PeriodicTimer own = timer;
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            try
            {
                await _turn.WaitAsync(_stopping.Token).ConfigureAwait(false);
                try
                {
                    await WriteAsync(_hosted!, _stopping.Token).ConfigureAwait(false);
                }
                finally
                {
                    _turn.Release();
                }

                await BuryAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The broker is closed, and does not come back.
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogNotAnnounced(exception, Heartbeat);
            }
        }
    }

    private async ValueTask BuryAsync()
    {
        DateTimeOffset longAgo = _time.GetUtcNow() - Decay;
        long now = _time.GetTimestamp();
        foreach (KnownHost dead in _hosts.Values.Where(host => host.Until <= now && host.Announcement.Expires < longAgo))
        {
            await _topic.WriteAsync(dead.Announcement.Host, null, _stopping.Token).ConfigureAwait(false);
        }
    }

    private ValueTask WriteAsync(IReadOnlyList<HostedAgent> agents, CancellationToken cancellationToken)
    {
        var announcement = new HostAnnouncement(_self, _time.GetUtcNow() + Expiry, agents) { Stages = StageKinds };
        return _topic.WriteAsync(
            _self,
            new CloudEvent(Announced, _source, _time)
            {
                DataContentType = MediaType.Json,
                Data = JsonSerializer.SerializeToUtf8Bytes(announcement, RegistryJson.Default.HostAnnouncement),
            },
            cancellationToken);
    }

    private void Apply(string host, CloudEvent? @event)
    {
        if (@event is null)
        {
            _hosts.TryRemove(host, out _);
        }
        else if (@event is { Type: Announced, Data: { } data })
        {
            HostAnnouncement announcement = JsonSerializer.Deserialize(data.Span, RegistryJson.Default.HostAnnouncement)
                ?? throw new JsonException("It is null.");
            _hosts[host] = new KnownHost(announcement with { Host = host }, UntilWhen(host, announcement.Expires));
        }

        _hostedUntil = _hosts.Values
            .SelectMany(one => one.Announcement.Agents.Select(agent => (agent.Agent, one.Until)))
            .GroupBy(one => one.Agent, StringComparer.Ordinal)
            .ToFrozenDictionary(agent => agent.Key, agent => agent.Max(one => one.Until), StringComparer.Ordinal);
    }

    // Decided when the entry is read, so that a clock which is set forward or back later makes nobody dead or immortal. A process that could
    // not run for a while, because the machine slept, is nevertheless here.
    private long UntilWhen(string host, DateTimeOffset expires)
    {
        if (host == _self)
        {
            return long.MaxValue;
        }

        TimeSpan left = expires - _time.GetUtcNow();
        left = left < Expiry ? left : Expiry;
        return _time.GetTimestamp() + (long)(left.TotalSeconds * _time.TimestampFrequency);
    }

    [LoggerMessage(180, LogLevel.Warning, "What this process hosts could not be announced; it is tried again in {Pause}.")]
    private partial void LogNotAnnounced(Exception exception, TimeSpan pause);

    /// <summary>A host that was heard of, and the timestamp until which it counts.</summary>
    private sealed record KnownHost(HostAnnouncement Announcement, long Until);
}
