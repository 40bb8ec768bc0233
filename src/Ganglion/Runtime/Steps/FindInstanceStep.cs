using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Faults;
using Ganglion.Runtime.Inputs;
using Ganglion.Telemetry;

namespace Ganglion.Runtime.Steps;

internal sealed class FindInstanceStep(AgentDefinition agent, InputTopics topics, ForwardedRecords forwarded, AgentMetrics metrics) : IArrivalStep
{
    public bool Run(Invocation invocation)
    {
        if (invocation.Key is not null)
        {
            return true;
        }

        string channel = invocation.Origin.Channel ?? invocation.Event!.Type;
        Handler? found = agent.FindHandler(invocation.Origin.Channel, AutoGenMessage.Read(invocation.Event!)?.DataType ?? invocation.Event!.Type);
        if (found is null && invocation.Origin.Channel is { } subscribed && topics.IsSubscribed(subscribed))
        {
            // A topic carries messages of many types, and not all of them are for every subscriber.
            metrics.Unhandled(invocation.Origin.Topic);
            return false;
        }

        Handler handler = found ?? throw new UnprocessableEventException(
            "handler-not-found",
            $"{agent.Type} has no handler for '{channel}': it handles {string.Join(", ", agent.Channels)}. Publish the event to the channel of an agent that does.");

        (string key, int partition) = Locate(invocation, handler);
        if (partition != invocation.Input.AgentPartition?.Number)
        {
            invocation.Records = [forwarded.Forward(invocation.Record, invocation.Origin, channel, partition)];
            FaultHook.Reach(FaultPoints.EventForwarded);
            return false;
        }

        invocation.Handler = handler;
        invocation.Key = key;
        return true;
    }

    private (string Key, int Partition) Locate(Invocation invocation, Handler handler)
    {
        if (handler.StaysInPartition && invocation.Input.AgentPartition is { } here)
        {
            // Those without a key have no order among each other.
            return (invocation.Record.Key is { } order ? Encoding.UTF8.GetString(order.Span) : invocation.Event!.Id, here.Number);
        }

        if (handler.KeyProperty is null && invocation.Record.Key is { } recordKey && Utf8.IsValid(recordKey.Span))
        {
            return (Encoding.UTF8.GetString(recordKey.Span), topics.Own.PartitionOf(recordKey.Span));
        }

        string key = KeyOf(invocation, handler);
        int most = Encoding.UTF8.GetMaxByteCount(key.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        int partition = topics.Own.PartitionOf(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return (key, partition);
    }

    private static string KeyOf(Invocation invocation, Handler handler) =>
        handler.KeyProperty is { } property ? DataProperty.ReadKey(invocation.Event!, property)
        : invocation.Record.Key is { } opaque ? "0x" + Convert.ToHexString(opaque.Span)
        : invocation.Event!.Subject ?? invocation.Event.Id;
}
