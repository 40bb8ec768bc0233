namespace Ganglion.Models.Caching;

/// <summary>An answer that is kept.</summary>
/// <param name="Json">A <see cref="Microsoft.Extensions.AI.ChatResponse"/> as JSON.</param>
/// <param name="Time">When the model has answered.</param>
internal readonly record struct KeptAnswer(ReadOnlyMemory<byte> Json, DateTimeOffset Time);
