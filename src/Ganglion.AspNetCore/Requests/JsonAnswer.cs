using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Requests;

/// <summary>Answers are lines, so that a terminal goes on below them.</summary>
internal static class JsonAnswer
{
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string? mediaType = null)
    {
        await context.Response.WriteAsJsonAsync(value, type, mediaType, context.RequestAborted).ConfigureAwait(false);
        await EndAsync(context).ConfigureAwait(false);
    }

    public static Task EndAsync(HttpContext context) => context.Response.WriteAsync("\n", context.RequestAborted);
}
