using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>FindCoordinator (10), versions 0–4: who coordinates groups and transactions. It is this broker. KIP-699.</summary>
internal sealed class FindCoordinatorApi(ListenerContext context) : Api(ApiKey.FindCoordinator, 0, 4, flexibleFrom: 3)
{
    public override ValueTask<bool> HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        string? key = request.Version < 4 ? body.ReadString() : null;
        if (request.Version >= 1)
        {
            body.ReadInt8(); // Whether it is a group or a transactional id.
        }

        List<string> keys = request.Version >= 4 ? body.ReadArray(static reader => reader.ReadString()) : [key!];
        body.SkipTags();

        if (request.Version >= 1)
        {
            response.WriteInt32(0); // Throttle time.
        }

        if (request.Version >= 4)
        {
            response.WriteArray(keys, (writer, asked) =>
            {
                writer.WriteString(asked);
                WriteNode(writer);
                writer.WriteError(ErrorCode.None);
                writer.WriteString(null);
                writer.WriteTags();
            });
        }
        else
        {
            response.WriteError(ErrorCode.None);
            if (request.Version >= 1)
            {
                response.WriteString(null); // What the error means.
            }

            WriteNode(response);
        }

        response.WriteTags();
        return new(true);
    }

    private void WriteNode(WireWriter writer)
    {
        writer.WriteInt32(ListenerContext.NodeId);
        writer.WriteString(context.Address.Host);
        writer.WriteInt32(context.Address.Port);
    }
}
