package dev.shoal.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;

/** Reads the configuration file: unknown keys are an error; a number that is not said is left to its record's default. */
final class ApiConfigurationFactory extends DefaultConfigurationFactoryFactory<ApiConfiguration> {
    @Override
    protected ObjectMapper configureObjectMapper(ObjectMapper mapper) {
        // The wire's codec refuses missing numbers, which is right for reports and wrong for pool_size.
        return super.configureObjectMapper(mapper).disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }
}
