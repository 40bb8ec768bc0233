using Ganglion.Events;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Runtime.Steps;

internal sealed class DecodeStep : IArrivalStep
{
    public bool Run(Invocation invocation)
    {
        InputPartition input = invocation.Input;
        Origin origin = ForwardedRecords.OriginOf(invocation.Record, input.Id, invocation.Offset, input.Channel);
        invocation.Origin = origin;
        invocation.Event = EventCodec.Decode(invocation.Record, origin.Topic, origin.Partition, origin.Offset);
        return true;
    }
}
