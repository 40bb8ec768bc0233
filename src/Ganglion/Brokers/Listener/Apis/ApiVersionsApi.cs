using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Apis;

/// <summary>
/// ApiVersions (18), versions 0–3: which requests are served, in which versions. KIP-35, KIP-511.
/// Deviations: Produce is told from version 0, because librdkafka takes that for a sign of compression; versions 0 to 2 of it are refused.
/// </summary>
/// <param name="all">All requests.</param>
internal sealed class ApiVersionsApi(Func<IEnumerable<Api>> all) : ImmediateApi(ApiKey.ApiVersions, 0, 3, flexibleFrom: 3)
{
    public override bool IsForAnybody => true;

    // So that clients of any age can read it, before they know what this broker is.
    public override bool HasFlexibleHeader(short version) => false;

    protected override ValueTask HandleAsync(ApiRequest request, WireWriter response, CancellationToken cancellationToken)
    {
        if (request.Version < 3)
        {
            WriteOldest(response, all(), ErrorCode.None);
            if (request.Version >= 1)
            {
                response.WriteInt32(0); // Throttle time.
            }

            return ValueTask.CompletedTask;
        }

        request.Body.ReadString(); // The name of the client's software.
        request.Body.ReadString(); // Its version.
        request.Body.SkipTags();
        response.WriteError(ErrorCode.None);
        response.WriteArray([.. all()], static (writer, api) =>
        {
            WriteRange(writer, api);
            writer.WriteTags();
        });
        response.WriteInt32(0); // Throttle time.
        response.WriteTags();
        return ValueTask.CompletedTask;
    }

    /// <summary>The form that every client reads.</summary>
    public static void WriteOldest(WireWriter response, IEnumerable<Api> all, ErrorCode error)
    {
        response.WriteError(error);
        response.WriteArray([.. all], WriteRange);
    }

    private static void WriteRange(WireWriter writer, Api api)
    {
        writer.WriteInt16((short)api.Key);
        writer.WriteInt16(api.MinVersion);
        writer.WriteInt16(api.MaxVersion);
    }
}
