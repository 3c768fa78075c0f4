package dev.coord.spring.reports;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication(proxyBeanMethods = false)
class ReportsApplication {}
