using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;

namespace EndToEnd.Transfers;

public sealed class EmbeddedTransferTests : TransferTests
{
    protected override string BrokerName => "embedded";

    protected override async Task<IEventBroker> OpenBrokerAsync() => await EmbeddedBroker.OpenAsync(Folder.Data);
}
