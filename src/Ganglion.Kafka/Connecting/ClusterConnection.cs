using System.Diagnostics;
using Confluent.Kafka.Admin;
using Ganglion.Kafka.Clients;
using Ganglion.Kafka.Settings;
using Microsoft.Extensions.Logging;
using static Confluent.Kafka.IAdminClientExtensions;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Connecting;

/// <summary>A client of its own that tries whether the cluster can be reached, and knows why not.</summary>
internal sealed class ClusterConnection : IDisposable
{
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    // Of several brokers one may be wrong, or just be starting.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ConnectionFaults _faults = new();

    /// <param name="options">How the broker is set up.</param>
    /// <param name="settings">What is set of the native client.</param>
    /// <param name="hear">Hears what the client logs, also of what the brokers can do.</param>
    public ClusterConnection(KafkaBrokerOptions options, NativeSettings settings, Action<string>? hear = null)
    {
        Servers = settings[SettingNames.Servers]!;
        Dictionary<string, string> own = new ClientSettings(options, settings).ForAdministration("ganglion");
        if (hear is not null)
        {
            own["debug"] = own.TryGetValue("debug", out string? asked) ? $"{asked},feature" : "feature";
        }

        var clients = new ClientFactory(settings, new ClientLog(options.LoggerFactory.CreateLogger<ClusterConnection>(), hear), _faults.Add);
        Client = clients.OpenAdministration(own);
    }

    /// <summary>The client.</summary>
    public Client.IAdminClient Client { get; }

    /// <summary>The addresses of the cluster.</summary>
    public string Servers { get; }

    /// <summary>Waits until the cluster has answered.</summary>
    /// <param name="timeout">For how long. A cluster that answers, but does not let the client in, is not waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">
    /// It has not: <c>kafka-unreachable</c>, <c>kafka-unauthenticated</c>, <c>kafka-tls-failed</c>, <c>kafka-unauthorized</c>.
    /// </exception>
    public async Task<DescribeClusterResult> ReachAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
            Task<DescribeClusterResult> answer = AskAsync(left < TryTimeout ? left : TryTimeout);
            try
            {
                await Task.WhenAny(answer, WhenRefusedAsync()).WaitAsync(cancellationToken).ConfigureAwait(false);
                if (answer.IsCompletedSuccessfully)
                {
                    return await answer.ConfigureAwait(false);
                }

                if (_faults.Refused.IsCompleted)
                {
                    throw KafkaErrors.ToException(_faults.Worst!, Servers);
                }

                await answer.ConfigureAwait(false);
            }
            catch (Client.KafkaException) when (Stopwatch.GetElapsedTime(started) < timeout)
            {
                // It may come yet.
                await Task.Delay(PauseAfterFault, cancellationToken).ConfigureAwait(false);
            }
            catch (Client.KafkaException exception)
            {
                throw KafkaErrors.ToException(_faults.Worst ?? exception.Error, Servers, exception);
            }
        }
    }

    public void Dispose() => Client.Dispose();

    private async Task WhenRefusedAsync()
    {
        await _faults.Refused.ConfigureAwait(false);
        await Task.Delay(Grace).ConfigureAwait(false);
    }

    private Task<DescribeClusterResult> AskAsync(TimeSpan timeout) => Client.DescribeClusterAsync(
        new DescribeClusterOptions { RequestTimeout = timeout > TimeSpan.FromMilliseconds(1) ? timeout : TimeSpan.FromMilliseconds(1), IncludeAuthorizedOperations = true });
}
