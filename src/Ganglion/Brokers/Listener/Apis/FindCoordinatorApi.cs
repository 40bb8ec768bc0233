using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>FindCoordinator (10), versions 0–4: who coordinates groups and transactions. It is this broker. KIP-699.</summary>
internal sealed class FindCoordinatorApi(ListenerContext context) : ImmediateApi(ApiKey.FindCoordinator, 0, 4, flexibleFrom: 3)
{
    private const sbyte Group = 0;
    private const sbyte Transaction = 1;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string? key = request.Version < 4 ? body.ReadString() : null;
        sbyte type = request.Version >= 1 ? body.ReadInt8() : Group;

        List<string> keys = request.Version >= 4 ? body.ReadArray(static reader => reader.ReadString()) : [key!];
        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        string? fault = type is Group or Transaction ? null : $"There is no coordinator of type {type}; 0 is that of groups, 1 that of transactions.";
        ErrorCode error = fault is null ? ErrorCode.None : ErrorCode.InvalidRequest;
        if (request.Version >= 4)
        {
            response.WriteArray(keys, (writer, asked) =>
            {
                writer.WriteString(asked);
                WriteNode(writer, error);
                writer.WriteError(error);
                writer.WriteFault(fault);
                writer.WriteTags();
            });
        }
        else
        {
            response.WriteError(error);
            if (request.Version >= 1)
            {
                response.WriteFault(fault);
            }

            WriteNode(response, error);
        }

        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    private void WriteNode(WireWriter writer, ErrorCode error)
    {
        bool isKnown = error == ErrorCode.None;
        writer.WriteInt32(isKnown ? ListenerContext.NodeId : -1);
        writer.WriteString(isKnown ? context.Address.Host : "");
        writer.WriteInt32(isKnown ? context.Address.Port : -1);
    }
}
