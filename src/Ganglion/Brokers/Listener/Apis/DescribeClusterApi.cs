using System.Net;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// DescribeCluster (60), versions 0–1: the brokers of the cluster. It is this one. KIP-700, KIP-919.
/// Deviations: what a client may do is not told (KIP-430): whoever is let in may do everything.
/// </summary>
internal sealed class DescribeClusterApi(ListenerContext context) : ImmediateApi(ApiKey.DescribeCluster, 0, 1, flexibleFrom: 0)
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        WireReader body = request.Body;
        body.ReadBoolean(); // Whether what the client may do is to be told.
        sbyte endpoints = request.Version >= 1 ? body.ReadInt8() : Brokers;
        body.SkipTags();

        ErrorCode error = endpoints switch
        {
            Brokers => ErrorCode.None,
            Controllers => ErrorCode.MismatchedEndpointType,
            _ => ErrorCode.UnsupportedEndpointType,
        };
        response.WriteInt32(0); // Throttle time.
        response.WriteError(error);
        response.WriteString(error == ErrorCode.None ? null : "This is a broker: ask it for brokers.");
        if (request.Version >= 1)
        {
            response.WriteInt8(Brokers);
        }

        response.WriteString(ListenerContext.ClusterId);
        response.WriteInt32(ListenerContext.NodeId); // The controller.
        DnsEndPoint[] brokers = error == ErrorCode.None ? [context.Address] : [];
        response.WriteArray(brokers, static (writer, address) =>
        {
            writer.WriteInt32(ListenerContext.NodeId);
            writer.WriteString(address.Host);
            writer.WriteInt32(address.Port);
            writer.WriteString(null); // The rack.
            writer.WriteTags();
        });
        response.WriteInt32(ListenerContext.AuthorizedOperationsUnknown);
        response.WriteTags();
        return ValueTask.CompletedTask;
    }
}
