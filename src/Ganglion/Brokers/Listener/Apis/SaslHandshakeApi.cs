using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>SaslHandshake (17), versions 0–1: a client chooses how it proves who it is. Behind version 0 it does so without Kafka's headers. KIP-43, KIP-152.</summary>
internal sealed class SaslHandshakeApi() : ImmediateApi(ApiKey.SaslHandshake, 0, 1, flexibleFrom: short.MaxValue)
{
    public override bool IsForAnybody => true;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        response.WriteError(request.Session.Choose(request.Body.ReadString(), sendsBareTokens: request.Version == 0));
        response.WriteArray(request.Session.Mechanisms, static (writer, mechanism) => writer.WriteString(mechanism));
        return ValueTask.CompletedTask;
    }
}
