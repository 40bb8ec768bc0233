using Ganglion.Models;

namespace Ganglion.Hosting;

/// <summary>What a model costs, as code says.</summary>
internal sealed record ModelPriceRegistration(string Model, ModelPrice Price);
