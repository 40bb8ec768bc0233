using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ganglion.Agents;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class StateJson : JsonSerializerContext;
