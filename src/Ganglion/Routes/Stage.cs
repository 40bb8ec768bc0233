using System.Text.Json;

namespace Ganglion.Routes;

/// <summary>One thing that a route does with each event: a guard, a mirror, a person to ask. It is data; what it does is code of the hosts.</summary>
/// <param name="Name">What it is called; no other stage of the route is called so. Of the characters that a topic's name may have.</param>
/// <param name="Kind">What it is, such as <c>guard</c> or <c>mirror</c>.</param>
public sealed record Stage(string Name, string Kind)
{
    /// <summary>What its kind wants to know; a JSON object. <see langword="null"/>: nothing.</summary>
    public JsonElement? Settings { get; init; }
}
