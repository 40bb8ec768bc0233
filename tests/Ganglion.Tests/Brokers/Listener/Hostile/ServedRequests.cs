using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Brokers.Listener.Groups;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Brokers.Listener.Hostile;

/// <summary>All that a listener serves.</summary>
internal sealed class ServedRequests
{
    private const short OldestProduce = 3; // Older versions are only told of.

    public ServedRequests(EmbeddedBroker broker)
    {
        var table = new ApiTable(new ListenerContext(
            broker, TransactionCoordinator.Of(broker), new ClientGroups(broker, TimeSpan.Zero), new DnsEndPoint("localhost", 9092), NullLogger.Instance));
        All =
        [
            .. from api in table.All
               let oldest = api.Key == ApiKey.Produce ? OldestProduce : api.MinVersion
               from version in Enumerable.Range(oldest, api.MaxVersion - oldest + 1)
               select (api, (short)version),
        ];
    }

    /// <summary>Each request in each version.</summary>
    public IReadOnlyList<(Api Api, short Version)> All { get; }

    /// <summary>Each request in its newest version.</summary>
    public IEnumerable<(Api Api, short Version)> Newest => All.Where(one => one.Version == one.Api.MaxVersion);
}
