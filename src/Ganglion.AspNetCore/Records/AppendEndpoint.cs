using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Records;

/// <summary>Appends records as they are: keys, values and headers of the caller's choice. All of a request's records, or none.</summary>
internal static class AppendEndpoint
{
    public static async Task AppendAsync(ApiRequest request)
    {
        AppendRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.AppendRequest).ConfigureAwait(false);
        await request.AppendAsync(wanted.ToRecords(request.Topic)).ConfigureAwait(false);
    }
}
